#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/base/wakeup.hpp"
#include "protocols/net/auth_guard.hpp"
#include "protocols/net/digest.hpp"
#include "protocols/net/http_message.hpp"
#include "protocols/net/http_stream.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::net {

struct HttpClientOptions {
    base::Target target;
    std::string username; // empty: never answers a challenge
    base::Secret password;
    bool allow_basic = false; // sends the password in clear text when the device asks for it
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds request_timeout{
        10'000};                             // connect to last byte of the answer; a stream: to its head
    std::size_t body_max = 8U * 1024 * 1024; // of an answer to request(); beyond: too_large
    std::size_t header_max = 32U * 1024;
    std::chrono::milliseconds idle_max{30'000}; // a kept connection older than this is not used again
    std::chrono::milliseconds fresh_max{1'000}; // the same for requests that must not be sent twice
    std::chrono::milliseconds auth_backoff{
        60'000}; // after a refused password; grows to auth_backoff_max (AuthGuard)
    std::chrono::milliseconds auth_backoff_max{1'800'000};
    // Of a device that several clients ask: what it refused to one is not shown to it by the next. Outlives
    // them; without it each keeps its own, by the two times above.
    AuthGuard* guard = nullptr;
};

// HTTP/1.1 towards one device, with digest authentication and one kept connection. Only GET is repeated, and
// only when a kept connection turned out closed before the first byte of an answer: a command is never sent
// twice. io thread only; used by drivers, several requests may be under way at once.
class HttpClient {
public:
    HttpClient(base::Connector& connector, base::Clock& clock, base::Random& random,
               HttpClientOptions options);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // The whole answer, whatever its status except 401. Errors: timed_out (sent, and no answer), unauthorised
    // (password refused, or none configured), locked_out (silent after a refused password; no traffic),
    // too_large, bad_input, closed, or why there is no connection: unreachable when it did not come about in
    // time.
    asio::awaitable<base::Result<HttpResponse>> request(HttpRequest request);

    // The same up to the end of the answer's head; the body is then read piece by piece, for as long as it
    // lasts. The stream does not need the client any more.
    asio::awaitable<base::Result<std::unique_ptr<HttpStream>>> open_stream(HttpRequest request);

    // What is left of an answer that turned out to be no stream. Errors: as for request().
    asio::awaitable<base::Result<std::string>> rest_of(HttpStream& stream);

    // Whether the device refused the password; until reset() there is then at most one try per back-off time.
    [[nodiscard]] bool rejected() const { return guard_.rejected(); }
    // When the next try is allowed, if rejected().
    [[nodiscard]] base::MonoTime retry_at() const { return guard_.blocked_until(); }
    // Whether the device has accepted the password since the last failure.
    [[nodiscard]] bool proven() const { return guard_.proven(); }
    [[nodiscard]] base::MonoTime refused_at() const { return guard_.refused_at(); }
    // The device says that it refuses whatever password until then.
    void hold_until(base::MonoTime until) { guard_.hold(until); }
    // Address of the device as last connected to, without port; empty before that.
    [[nodiscard]] const std::string& peer() const { return peer_; }
    // Forgets the refusal and the nonce: the credentials have changed, or somebody asked for a try.
    void reset();

private:
    using StreamPtr = std::unique_ptr<HttpStream>;
    class Proof;

    asio::awaitable<base::Result<HttpResponse>> whole(HttpRequest request);
    asio::awaitable<base::Result<StreamPtr>> authenticated(HttpRequest request);
    asio::awaitable<base::Result<StreamPtr>> with_credentials(HttpRequest request, bool fresh);
    asio::awaitable<bool> learn(HttpStream& refused);
    asio::awaitable<void> wait_for_proof();
    asio::awaitable<base::Result<StreamPtr>> exchange(HttpRequest request, std::string authorization);
    asio::awaitable<base::Result<StreamPtr>> send(HttpRequest request, std::string authorization,
                                                  std::unique_ptr<base::ByteStream> connection, bool& heard);
    asio::awaitable<base::Result<std::string>> gather(HttpStream& stream);
    [[nodiscard]] std::unique_ptr<base::ByteStream> take_idle(bool idempotent);
    void keep(HttpStream& stream);
    [[nodiscard]] std::string authorization_for(const HttpRequest& request);
    [[nodiscard]] std::string head_of(const HttpRequest& request, const std::string& authorization) const;

    base::Connector& connector_;
    base::Clock& clock_;
    base::Random& random_;
    HttpClientOptions options_;
    AuthGuard own_guard_;
    AuthGuard& guard_;
    std::optional<Challenge> challenge_; // the one in use, with its nonce
    std::uint32_t nonce_count_ = 0;
    bool proving_ = false; // one request is finding out whether the password is right; the others wait
    std::unique_ptr<base::Wakeup> proved_;
    std::unique_ptr<base::ByteStream> idle_;
    base::MonoTime idle_since_{};
    std::string peer_;
};

} // namespace gatehouse::net
