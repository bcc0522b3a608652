#include "gateway/app/certificate_check.hpp"

#include "gateway/base/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <memory>

namespace gatehouse::app {
namespace {

struct Warning {
    int days; // so many or fewer are left
    const char* remedy;
};
constexpr std::array warnings{Warning{3, "renew it today"}, Warning{14, "renew it this week"},
                              Warning{30, "ask for a new one now"}};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

File open(const std::string& path)
{
    return {std::fopen(path.c_str(), "r"), &std::fclose};
}

// OpenSSL would ask for it at the terminal.
int no_password(char*, int, int, void*)
{
    return 0;
}

Key key_in(const std::string& path)
{
    const auto file = open(path);
    return {file ? PEM_read_PrivateKey(file.get(), nullptr, &no_password, nullptr) : nullptr, &EVP_PKEY_free};
}

bool belong_together(const std::string& certificate_path, EVP_PKEY* key)
{
    const auto file = open(certificate_path);
    const Certificate certificate(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr,
                                  &X509_free);
    return certificate && X509_check_private_key(certificate.get(), key) == 1;
}

cli::Finding dated(const std::string& what, const std::string& path, base::WallTime now)
{
    const auto days = base::read_certificates("", path, "", now).days;
    if (!days)
        return {what, false, path + ": no certificate can be read from it",
                "put a PEM file there that the user gatehouse may read"};
    if (*days < 0) return {what, false, path + ": it has expired", "renew it"};
    const auto detail = path + ": good for " + std::to_string(*days) + " days";
    for (const auto& warning : warnings)
        if (*days <= warning.days) return {what, true, detail, warning.remedy, true};
    return {what, true, detail, ""};
}

cli::Finding matching(const std::string& what, const TlsFiles& files)
{
    const auto key = key_in(files.key);
    if (!key)
        return {what, false, files.key + ": no private key can be read from it",
                "put a PEM file without a password there that the user gatehouse may read"};
    if (!files.certificate.empty() && !belong_together(files.certificate, key.get()))
        return {what, false, files.key + ": it is not the key of " + files.certificate,
                "install certificate and key of the same request"};
    return {what, true, files.key + ": belongs to the certificate", ""};
}

} // namespace

std::vector<cli::Finding> check_certificates(const TlsFiles& files, base::WallTime now)
{
    std::vector<cli::Finding> findings;
    if (!files.ca.empty()) findings.push_back(dated(files.whose + " ca", files.ca, now));
    if (!files.certificate.empty())
        findings.push_back(dated(files.whose + " certificate", files.certificate, now));
    if (!files.key.empty()) findings.push_back(matching(files.whose + " key", files));
    return findings;
}

} // namespace gatehouse::app
