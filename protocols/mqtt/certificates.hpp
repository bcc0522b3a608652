#pragma once
#include "protocols/mqtt/config.hpp"

#include <optional>
#include <string>

namespace gatehouse::mqtt {

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
                                                  const std::string& key, base::WallTime now);

} // namespace gatehouse::mqtt
