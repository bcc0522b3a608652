#pragma once
#include <string_view>

namespace gatehouse::api {

// One file of the console, built into the executable.
struct StaticFile {
    std::string_view path; // "/index.html", "/assets/app-3f2a.js"
    std::string_view type; // Content-Type
    std::string_view bytes;
    std::string_view gzip; // the same compressed; empty: it would not be smaller
    std::string_view hash; // of the bytes
};

} // namespace gatehouse::api
