#pragma once
#include <string>
#include <vector>

namespace gatehouse::config {

// One thing wrong with a configuration file.
struct Issue {
    std::string file;
    unsigned line = 1; // 1:1 also stands for the file as a whole
    unsigned column = 1;
    std::string path;     // device[2].address
    std::string text;     // what is wrong, and what would be right
    bool warning = false; // printed, but no reason to refuse the file
    // Warned of while the file is checked in a shell; a gateway that runs needs what is missing.
    bool outside_service = false;
    bool plain_secret = false; // warned of a secret that stands there in plain text
};

using Issues = std::vector<Issue>;

// file:line:column: path: text; a warning says so before its text.
[[nodiscard]] std::string to_string(const Issue& issue);
[[nodiscard]] bool has_errors(const Issues& issues);
// Makes errors of what a gateway outside its service would have to do without: it must not log in at a device
// with an empty password until the device locks it out.
void demand_service(Issues& issues);

} // namespace gatehouse::config
