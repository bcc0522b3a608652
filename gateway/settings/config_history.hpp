#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::settings {

// What the configuration has said at some time, and who made it so.
struct ConfigVersion {
    int number = 0; // 1, 2, 3 ...
    base::WallTime at{};
    std::string actor;
    std::string reason;
    std::string version; // SHA-256 of the text
    std::string text;    // left out in a list
};

// The newest 200 contents of the configuration file, each in a file of its own that only the gateway can
// read, because a configuration may hold secrets. Every function blocks; one thread at a time.
class ConfigHistory {
public:
    explicit ConfigHistory(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Takes the version up under the next number, unless the newest says the same. Errors: those of the
    // operating system.
    base::Result<void> keep(ConfigVersion version);
    // Newest first. What cannot be read is left out.
    [[nodiscard]] std::vector<ConfigVersion> list() const;
    // With its text. Errors: not_found, damaged.
    [[nodiscard]] base::Result<ConfigVersion> find(int number) const;

private:
    [[nodiscard]] std::vector<int> numbers() const; // ascending
    [[nodiscard]] std::filesystem::path file_of(int number) const;

    std::filesystem::path folder_;
};

} // namespace gatehouse::settings
