#pragma once
#include "gateway/device/driver.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::fakes {

// A device of no known make that posts what it likes, and proves that it is itself by HMAC-SHA256 over
// "timestamp.body" or by whatever header a test gives it. Shares nothing with the driver.
class FakeWebhook {
public:
    explicit FakeWebhook(ManualClock& clock) : clock_(clock) {}

    // The request that our listener would make of its post.
    [[nodiscard]] device::PushRequest post(std::string body, const std::string& path = "") const
    {
        device::PushRequest request;
        request.method = "POST";
        request.target = "/push/" + id + path;
        request.remote = address;
        request.content_type = content_type;
        request.headers.emplace_back("Content-Type", content_type);
        if (!bearer.empty()) request.authorization = "Bearer " + bearer;
        if (!secret.empty()) sign(request, body);
        request.body = std::move(body);
        return request;
    }

    // The lower-case hexadecimal digits of HMAC-SHA256.
    [[nodiscard]] static std::string hmac(const std::string& key, const std::string& bytes)
    {
        const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> kind(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                     &EVP_MAC_free);
        const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> work(EVP_MAC_CTX_new(kind.get()),
                                                                             &EVP_MAC_CTX_free);
        std::string digest = "SHA256";
        const std::array<OSSL_PARAM, 2> options{
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
            OSSL_PARAM_construct_end()};
        std::array<unsigned char, 32> out{};
        std::size_t size = 0;
        EVP_MAC_init(work.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     options.data());
        EVP_MAC_update(work.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        EVP_MAC_final(work.get(), out.data(), &size, out.size());
        return fmt::format("{:02x}", fmt::join(out, ""));
    }

    std::string id = "dev-1";
    std::string address = "192.0.2.77";
    std::string content_type = "application/json";
    std::string secret = "a secret of both sides";
    std::string bearer;
    std::chrono::milliseconds skew{0}; // its clock minus true time

private:
    void sign(device::PushRequest& request, const std::string& body) const
    {
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>((clock_.wall() + skew).time_since_epoch()).count();
        const auto stamp = std::to_string(seconds);
        request.headers.emplace_back("x-timestamp", stamp);
        request.headers.emplace_back("x-signature", hmac(secret, stamp + "." + body));
    }

    ManualClock& clock_;
};

} // namespace gatehouse::fakes
