#pragma once
#include <string>
#include <vector>

namespace gatehouse::config {

// One thing wrong with a configuration file.
struct Issue {
    std::string file;
    unsigned line = 0; // 1-based, 0 unknown
    unsigned column = 0;
    std::string path;     // device[2].address
    std::string text;     // what is wrong, and what would be right
    bool warning = false; // printed, but no reason to refuse the file
};

using Issues = std::vector<Issue>;

// file:line:column: path: text
[[nodiscard]] std::string to_string(const Issue& issue);
[[nodiscard]] bool has_errors(const Issues& issues);

} // namespace gatehouse::config
