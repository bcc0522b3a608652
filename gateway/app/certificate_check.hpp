#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/cli/finding.hpp"

#include <string>
#include <vector>

namespace gatehouse::app {

// PEM files of one link; those not named are not looked at.
struct TlsFiles {
    std::string whose; // upstream centre, api.tls ...
    std::string ca;
    std::string certificate;
    std::string key;
};

// What the doctor says of them: whether each can be read, the key belongs to the certificate, and nothing
// expires. Warns 30 days ahead and more urgently at 14 and 3, for there is nobody at the gate who would renew
// in an hour.
[[nodiscard]] std::vector<cli::Finding> check_certificates(const TlsFiles& files, base::WallTime now);

} // namespace gatehouse::app
