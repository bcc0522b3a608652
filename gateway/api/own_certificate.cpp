#include "gateway/api/own_certificate.hpp"

#include "gateway/base/certificates.hpp"
#include "gateway/store/file.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <fcntl.h>
#include <memory>
#include <set>
#include <sys/stat.h>

namespace gatehouse::api {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr std::chrono::days lifetime{3652};
// A box whose clock has no battery begins in 1970: its certificate must not have ended before it is set.
constexpr base::WallTime earliest_now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

// "DNS:localhost,IP:127.0.0.1,...", as OpenSSL reads it; a name that it could misread is left out.
std::string subject_names(const std::vector<std::string>& names)
{
    std::set<std::string> all{"DNS:localhost", "IP:127.0.0.1", "IP:::1"};
    for (const auto& name : names) {
        base::error_code no_address;
        static_cast<void>(asio::ip::make_address(name, no_address));
        const auto plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                   c == '.';
        };
        if (!no_address)
            all.insert("IP:" + name);
        else if (!name.empty() && std::all_of(name.begin(), name.end(), plain))
            all.insert("DNS:" + name);
    }
    std::string text;
    for (const auto& one : all)
        text += (text.empty() ? "" : ",") + one;
    return text;
}

bool add_extension(X509* certificate, int kind, const std::string& value)
{
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), &X509_EXTENSION_free);
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_time(ASN1_TIME* field, base::WallTime when)
{
    return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(when)) != nullptr;
}

Certificate sign(EVP_PKEY* key, const std::vector<std::string>& names, base::WallTime now)
{
    Certificate made(X509_new(), &X509_free);
    std::uint64_t serial = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1)
        return {nullptr, &X509_free};
    const auto from = std::max(now, earliest_now) - std::chrono::days(1);
    auto* subject = X509_get_subject_name(made.get());
    const std::string title = "Gatehouse";
    const bool whole =
        X509_set_version(made.get(), X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1U) == 1 &&
        set_time(X509_getm_notBefore(made.get()), from) &&
        set_time(X509_getm_notAfter(made.get()), from + lifetime) && X509_set_pubkey(made.get(), key) == 1 &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(title.c_str()), -1, -1, 0) == 1 &&
        X509_set_issuer_name(made.get(), subject) == 1 &&
        add_extension(made.get(), NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(made.get(), NID_key_usage, "critical,digitalSignature") &&
        add_extension(made.get(), NID_ext_key_usage, "serverAuth") &&
        add_extension(made.get(), NID_subject_alt_name, subject_names(names)) &&
        X509_sign(made.get(), key, EVP_sha256()) > 0;
    return whole ? std::move(made) : Certificate(nullptr, &X509_free);
}

template <class Write>
std::string pem(const Write& write)
{
    const Memory memory(BIO_new(BIO_s_mem()), &BIO_free);
    if (!memory || write(memory.get()) != 1) return {};
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

// Nobody else may read it for a moment, whatever the umask is.
base::Result<void> write_key(const std::string& path, const std::string& text)
{
    ::unlink(path.c_str());
    const store::File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.valid()) return store::errc_of_errno();
    return file.write_at(text, 0);
}

} // namespace

CertificateFiles own_certificate_files(const std::filesystem::path& directory)
{
    return {directory / "api-certificate.pem", directory / "api-key.pem"};
}

base::Result<CertificateFiles> own_certificate(const std::filesystem::path& directory,
                                               const std::vector<std::string>& names, base::WallTime now)
{
    auto files = own_certificate_files(directory);
    const auto days = base::read_certificates("", files.certificate, "", now).days;
    if (days && *days >= 0 && std::filesystem::exists(files.key)) return files;
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const auto certificate = key ? sign(key.get(), names, now) : Certificate(nullptr, &X509_free);
    ERR_clear_error(); // what failed leaves its trace in this thread's queue
    if (!certificate) return base::Errc::failed;
    const auto key_text = pem([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    if (auto written = write_key(files.key, key_text); !written) return written.error();
    const auto text = pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
    if (auto written = store::write_atomically(files.certificate, text); !written) return written.error();
    return files;
}

} // namespace gatehouse::api
