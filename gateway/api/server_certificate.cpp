#include "gateway/api/server_certificate.hpp"

#include "gateway/base/log.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <iterator>

namespace gatehouse::api {
namespace {

using base::Errc;
using base::kv;
using namespace std::chrono_literals;

constexpr auto look_every = 10s;

// OpenSSL would ask for it at the terminal.
int no_password(char*, int, int, void*)
{
    return 0;
}

std::vector<std::string> names_in(const X509* certificate)
{
    std::vector<std::string> found;
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* text = name->d.dNSName;
        found.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                           static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    return found;
}

std::string fingerprint_of(const X509* certificate)
{
    std::array<unsigned char, 32> hash{};
    unsigned int size = 0;
    X509_digest(certificate, EVP_sha256(), hash.data(), &size);
    return fmt::format("{:02X}", fmt::join(hash, ":"));
}

// TLS 1.2 with forward secrecy and authenticated encryption, or 1.3.
void harden(SSL_CTX* context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); // an idle browser costs less
    SSL_CTX_set_default_passwd_cb(context, &no_password);
}

base::Result<ServerCertificate::Pair> read_pair(const CertificateFiles& files)
{
    ServerCertificate::Pair pair;
    pair.context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    auto* context = pair.context->native_handle();
    harden(context);
    const bool readable = SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) == 1 &&
                          SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1;
    const bool matching = readable && SSL_CTX_check_private_key(context) == 1;
    // That the key is another one's shows already while it is read.
    const auto why = ERR_peek_last_error();
    ERR_clear_error(); // it would be taken for the next connection's
    if (!readable || !matching)
        return ERR_GET_REASON(why) == X509_R_KEY_VALUES_MISMATCH ? Errc::conflict : Errc::bad_input;
    const auto* certificate = SSL_CTX_get0_certificate(context);
    pair.names = names_in(certificate);
    pair.fingerprint = fingerprint_of(certificate);
    return pair;
}

asio::awaitable<base::CertificateReport> report_on_worker(CertificateFiles files, base::WallTime now)
{
    co_return base::read_certificates("", files.certificate, files.key, now);
}

asio::awaitable<base::Result<ServerCertificate::Pair>> read_on_worker(CertificateFiles files)
{
    co_return read_pair(files);
}

std::string why_no_good(base::error_code reason)
{
    return reason == Errc::conflict ? "the key is not that of the certificate"
                                    : "certificate or key cannot be read as PEM";
}

} // namespace

ServerCertificate::ServerCertificate(Ports ports, CertificateFiles files)
    : ports_(std::move(ports)), files_(std::move(files)),
      days_left_(ports_.metrics.gauge("gatehouse_api_certificate_expiry_days",
                                      "days until the certificate of the API expires"))
{
}

base::Result<void> ServerCertificate::load()
{
    const auto report = base::read_certificates("", files_.certificate, files_.key, ports_.clock.wall());
    auto pair = read_pair(files_);
    if (!pair) {
        base::log::error("no TLS for the API", kv("certificate", files_.certificate),
                         kv("why", why_no_good(pair.error())));
        return pair.error();
    }
    pair_ = std::move(*pair);
    loaded_ = seen_ = report.signature;
    base::log::info("the API's certificate", kv("file", files_.certificate),
                    kv("sha256_fingerprint", pair_.fingerprint));
    return {};
}

asio::awaitable<void> ServerCertificate::watch()
{
    for (;;) {
        co_await look();
        co_await ports_.clock.sleep_for(look_every);
    }
}

asio::awaitable<void> ServerCertificate::look()
{
    auto reporting = report_on_worker(files_, ports_.clock.wall());
    const auto report = co_await asio::co_spawn(ports_.worker, std::move(reporting), asio::use_awaitable);
    if (report.days) {
        days_left_.set(*report.days);
        warn_of_expiry(*report.days);
    }
    // Certificate and key are never replaced in one moment: they must have rested from one look to the next.
    const bool rests = std::exchange(seen_, report.signature) == report.signature;
    if (!rests || report.signature == loaded_) co_return;
    loaded_ = report.signature; // what is no good is told once
    auto reading = read_on_worker(files_);
    auto pair = co_await asio::co_spawn(ports_.worker, std::move(reading), asio::use_awaitable);
    if (!pair) co_return refuse(why_no_good(pair.error()));
    if (report.days && *report.days < 0) co_return refuse("it has expired");
    pair_ = std::move(*pair);
    base::log::info("the API has a new certificate", kv("file", files_.certificate),
                    kv("sha256_fingerprint", pair_.fingerprint));
}

void ServerCertificate::refuse(const std::string& why)
{
    base::log::error("the API's new certificate is no good; the old one stays",
                     kv("file", files_.certificate), kv("why", why));
    if (ports_.tell) ports_.tell(false, "api: " + files_.certificate + ": " + why + "; the old one stays");
}

void ServerCertificate::warn_of_expiry(int days)
{
    const auto say = expiry_.look(days);
    if (say == base::ExpiryWarning::Say::nothing) return;
    const bool renewed = say == base::ExpiryWarning::Say::renewed;
    if (!renewed)
        base::log::warn("the API's certificate expires soon", kv("file", files_.certificate),
                        kv("days", days));
    const auto text = days < 0 ? " has expired" : " expires in " + std::to_string(days) + " days";
    if (ports_.tell) ports_.tell(renewed, "api: " + files_.certificate + text);
}

} // namespace gatehouse::api
