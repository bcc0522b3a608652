#pragma once
#include "gateway/api/own_certificate.hpp"
#include "gateway/base/asio.hpp"
#include "gateway/base/certificates.hpp"
#include "gateway/base/metrics.hpp"

#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>

namespace gatehouse::api {

// The certificate that the API shows its clients. Watches its files: a new pair serves the next handshake, a
// pair that is no good is told and the old one stays. io thread only.
class ServerCertificate {
public:
    // What an installer must know: a pair that is no good, or one that ends soon or was renewed.
    using Tell = std::function<void(bool ok, std::string detail)>;
    struct Ports {
        base::Clock& clock;
        base::Metrics& metrics;
        asio::any_io_executor worker; // reads the files
        Tell tell{};
    };
    struct Pair {
        std::shared_ptr<asio::ssl::context> context;
        std::vector<std::string> names; // that it was made out for
        std::string fingerprint;        // SHA-256, as browsers and openssl show it
    };

    ServerCertificate(Ports ports, CertificateFiles files);

    // Blocks; once, before anything is served. An expired one is taken: better than no console. Errors:
    // bad_input (no PEM file that can be read), conflict (not the certificate's key).
    base::Result<void> load();
    // Ends only by cancellation.
    asio::awaitable<void> watch();
    [[nodiscard]] const Pair& pair() const { return pair_; }

private:
    asio::awaitable<void> look();
    void warn_of_expiry(int days);
    void refuse(const std::string& why);

    Ports ports_;
    CertificateFiles files_;
    Pair pair_;
    std::string loaded_; // signatures of the files: as in use,
    std::string seen_;   // and as seen last
    base::ExpiryWarning expiry_;
    base::Gauge& days_left_;
};

} // namespace gatehouse::api
