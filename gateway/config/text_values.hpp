#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

// A text that a key of a TOML file is set to, where it stands.
struct TextValue {
    std::string root;         // the table it belongs to, without sub-tables: device, api
    std::string place;        // what names it wherever it stands: device/lpr-in-1/password
    std::string key;          // the last part of its name
    std::string_view content; // between the quotes, escapes as written
    std::size_t offset = 0;   // of the opening quote
    std::size_t size = 0;     // with the quotes
    unsigned line = 1;        // of the opening quote
    unsigned column = 1;      // in bytes
    bool in_comment = false;
};

// Every text value of the file, in its order, also those that are commented out. Works on files that are no
// valid TOML, too: an editor's half-written file must not show its secrets. total.
[[nodiscard]] std::vector<TextValue> text_values(std::string_view file);

} // namespace gatehouse::config
