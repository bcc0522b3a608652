#include "gateway/base/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <utility>

namespace gatehouse::base {
namespace {

constexpr std::array expiry_limits{3, 14, 30}; // days

std::string signature_of(const std::string& path)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return "missing;";
    const auto written = std::filesystem::last_write_time(path, error).time_since_epoch().count();
    return std::to_string(size) + "@" + std::to_string(written) + ";";
}

std::optional<int> days_left(const std::string& path, WallTime now)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"), &std::fclose);
    if (!file) return std::nullopt;
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    if (!certificate) return std::nullopt;
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) return std::nullopt;
    const auto left = std::chrono::system_clock::from_time_t(timegm(&end)) - now;
    return static_cast<int>(std::chrono::floor<std::chrono::days>(left).count());
}

} // namespace

CertificateReport read_certificates(const std::string& ca, const std::string& certificate,
                                    const std::string& key, WallTime now)
{
    CertificateReport report;
    for (const auto& path : {ca, certificate, key})
        if (!path.empty()) report.signature += signature_of(path);
    for (const auto& path : {certificate, ca}) {
        if (path.empty()) continue;
        const auto days = days_left(path, now);
        if (!days || (report.days && *report.days <= *days)) continue;
        report.days = days;
        report.first = path;
    }
    return report;
}

ExpiryWarning::Say ExpiryWarning::look(int days)
{
    if (days > expiry_limits.back())
        return std::exchange(warned_at_, never) == never ? Say::nothing : Say::renewed;
    const auto limit = std::find_if(expiry_limits.begin(), expiry_limits.end(),
                                    [&](int left) { return days <= left && left < warned_at_; });
    if (limit == expiry_limits.end()) return Say::nothing;
    warned_at_ = *limit;
    return Say::soon;
}

} // namespace gatehouse::base
