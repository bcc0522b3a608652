#pragma once
#include "gateway/base/secret.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace gatehouse::config {

// A secret that lies outside the configuration file, or one sentence why it cannot be had.
struct SecretFound {
    std::optional<base::Secret> secret;
    std::string problem;
    bool outside_service = false; // nobody can have it here; the file may be right
};

// $CREDENTIALS_DIRECTORY/NAME, as systemd's LoadCredential= provides it. Blocks; called only while a
// configuration is read.
[[nodiscard]] SecretFound read_credential(const std::string& name);
// A regular file of mode 0600 or stricter.
[[nodiscard]] SecretFound read_secret_file(const std::filesystem::path& file);

} // namespace gatehouse::config
