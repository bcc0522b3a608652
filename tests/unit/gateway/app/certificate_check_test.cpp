#include "gateway/app/certificate_check.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <unistd.h>

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class CertificateCheck : public testing::Test {
protected:
    CertificateCheck()
    {
        std::string name = (fs::temp_directory_path() / "gatehouse-tls-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        make("ours", 40);
        make("other", 40);
    }
    ~CertificateCheck() override { fs::remove_all(folder); }

    // NAME.crt, self-signed and good for so many days, and NAME.key.
    void make(const std::string& name, int days) const
    {
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
        const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), &X509_free);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400L * days + 3600);
        X509_set_pubkey(made.get(), key.get());
        X509_sign(made.get(), key.get(), EVP_sha256());
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> crt(
            std::fopen(path(name + ".crt").c_str(), "w"), &std::fclose);
        PEM_write_X509(crt.get(), made.get());
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pem(
            std::fopen(path(name + ".key").c_str(), "w"), &std::fclose);
        PEM_write_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder / name).string(); }
    [[nodiscard]] std::vector<cli::Finding> check(const std::string& certificate, const std::string& key,
                                                  std::chrono::hours later = 0h) const
    {
        return check_certificates({"upstream c", "", path(certificate), path(key)},
                                  base::SystemClock().wall() + later);
    }

    fs::path folder;
};

TEST_F(CertificateCheck, IsContentWithAPairThatLasts)
{
    for (const auto& finding : check("ours.crt", "ours.key")) {
        EXPECT_TRUE(finding.ok) << finding.detail;
        EXPECT_FALSE(finding.warns) << finding.detail;
    }
    EXPECT_TRUE(check_certificates({"upstream c", "", "", ""}, base::SystemClock().wall()).empty());
}

TEST_F(CertificateCheck, WarnsMoreUrgentlyAsTheEndComesNearAndFailsBehindIt)
{
    const std::vector<std::pair<int, std::string>> rows{
        {11, "ask for a new one now"}, {27, "renew it this week"}, {38, "renew it today"}};
    for (const auto& [day, remedy] : rows) {
        const auto finding = check("ours.crt", "ours.key", 24h * day).front();
        EXPECT_TRUE(finding.ok && finding.warns) << day;
        EXPECT_EQ(finding.remedy, remedy);
    }
    EXPECT_FALSE(check("ours.crt", "ours.key", 24h * 42).front().ok);
}

TEST_F(CertificateCheck, NamesWhatCannotBeReadAndAKeyOfAnotherCertificate)
{
    EXPECT_FALSE(check("none.crt", "ours.key").front().ok);
    EXPECT_FALSE(check("ours.crt", "none.key").back().ok);
    EXPECT_FALSE(check("ours.crt", "ours.crt").back().ok);
    const auto foreign = check("ours.crt", "other.key").back();
    EXPECT_FALSE(foreign.ok);
    EXPECT_NE(foreign.detail.find("is not the key of"), std::string::npos);
}

} // namespace
} // namespace gatehouse::app
