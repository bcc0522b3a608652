#pragma once
#include "gateway/base/clock.hpp"

#include <limits>
#include <optional>
#include <string>

namespace gatehouse::base {

// What the certificate files look like now.
struct CertificateReport {
    std::string signature; // changes when a file is replaced (time and size)
    std::optional<int>
        days; // until our own certificate or the CA expires, whichever comes first; negative: expired
    std::string first; // the file of that one
};

// Reads files: worker thread only. Files that are missing or unreadable leave `days` empty; the handshake
// will say why.
[[nodiscard]] CertificateReport read_certificates(const std::string& ca, const std::string& certificate,
                                                  const std::string& key, WallTime now);

// When to speak of a certificate's end: once at 30, at 14 and at 3 days, and once more when it was renewed.
class ExpiryWarning {
public:
    enum class Say { nothing, soon, renewed };
    [[nodiscard]] Say look(int days);

private:
    static constexpr int never = std::numeric_limits<int>::max();
    int warned_at_ = never; // the limit that was warned of last
};

} // namespace gatehouse::base
