#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::api {

// PEM files.
struct CertificateFiles {
    std::string certificate;
    std::string key;
};

// Where own_certificate() keeps them in the data directory.
[[nodiscard]] CertificateFiles own_certificate_files(const std::filesystem::path& directory);

// The certificate that this box has made for itself, and makes now when there is none or it has expired: EC
// P-256, ten years, for these names and address literals and localhost. The key's file is its owner's alone.
// Blocks for milliseconds. Errors: those of the operating system, failed.
[[nodiscard]] base::Result<CertificateFiles> own_certificate(const std::filesystem::path& directory,
                                                             const std::vector<std::string>& names,
                                                             base::WallTime now);

} // namespace gatehouse::api
