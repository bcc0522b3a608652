#pragma once
#include "gateway/base/errc.hpp"

#include <filesystem>
#include <string_view>

namespace gatehouse::store {

// A file that takes its name only when it is whole: written beside it, synced, renamed. Until then what had
// the name keeps it. Readable by its owner alone, unless it takes over the rights of the old one. `backup`
// writes one, and so does whoever changes the configuration.
class FreshFile {
public:
    explicit FreshFile(std::filesystem::path target) : target_(std::move(target)) {}
    ~FreshFile(); // what was not kept is removed
    FreshFile(const FreshFile&) = delete;
    FreshFile& operator=(const FreshFile&) = delete;

    // Each returns what went wrong, as does every later call.
    base::error_code open();
    // Owner, group and mode of what has the name now.
    base::error_code take_over_rights();
    base::error_code write(std::string_view bytes);
    base::error_code keep();
    [[nodiscard]] base::error_code failure() const { return failure_; }

private:
    base::error_code failed();

    std::filesystem::path target_;
    std::string part_; // its name for now; empty: none
    int descriptor_ = -1;
    base::error_code failure_;
};

} // namespace gatehouse::store
