#include "protocols/net/http_client.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/timeout.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::net {
namespace {

using base::Errc;

bool is_idempotent(const HttpRequest& request)
{
    return !request.changes && (request.method == "GET" || request.method == "HEAD");
}

// Nothing of ours may break out of its line of the head.
bool is_sound(const HttpRequest& request)
{
    const auto printable = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) > 0x20; });
    };
    const auto one_line = [](std::string_view text) {
        return text.find_first_of("\r\n") == std::string_view::npos;
    };
    if (!printable(request.method) || !printable(request.target) || !request.target.starts_with('/'))
        return false;
    for (const auto& field : request.headers.fields())
        if (!printable(field.name) || !one_line(field.value)) return false;
    return one_line(request.content_type);
}

// No connection, so nothing was sent: never to be taken for an answer that did not come in time.
base::error_code not_connected(base::error_code reason)
{
    const bool in_vain = reason == Errc::timed_out || reason == asio::error::timed_out;
    return in_vain ? base::error_code(Errc::unreachable) : reason;
}

std::string authority_of(const base::Target& target)
{
    const bool literal6 = target.host.find(':') != std::string::npos;
    std::string text = literal6 ? '[' + target.host + ']' : target.host;
    if (target.port != (target.tls ? 443 : 80)) text += ':' + std::to_string(target.port);
    return text;
}

} // namespace

// Holds the right to find out whether the password is right; whoever waits for it goes on when this ends.
class HttpClient::Proof {
public:
    explicit Proof(HttpClient& client) : client_(client), holds_(!client.guard_.proven())
    {
        if (holds_) client_.proving_ = true;
    }
    ~Proof()
    {
        if (!holds_) return;
        client_.proving_ = false;
        if (client_.proved_) client_.proved_->notify();
    }
    Proof(const Proof&) = delete;
    Proof& operator=(const Proof&) = delete;

private:
    HttpClient& client_;
    bool holds_;
};

HttpClient::HttpClient(base::Connector& connector, base::Clock& clock, base::Random& random,
                       HttpClientOptions options)
    : connector_(connector), clock_(clock), random_(random), options_(std::move(options)),
      own_guard_(options_.auth_backoff, options_.auth_backoff_max),
      guard_(options_.guard != nullptr ? *options_.guard : own_guard_)
{
}

HttpClient::~HttpClient() = default;

void HttpClient::reset()
{
    guard_.reset();
    challenge_.reset();
}

asio::awaitable<base::Result<HttpResponse>> HttpClient::request(HttpRequest request)
{
    if (!is_sound(request)) co_return Errc::bad_input;
    auto work = whole(std::move(request));
    co_return co_await base::with_timeout(clock_, options_.request_timeout, std::move(work));
}

asio::awaitable<base::Result<HttpClient::StreamPtr>> HttpClient::open_stream(HttpRequest request)
{
    if (!is_sound(request)) co_return Errc::bad_input;
    auto work = authenticated(std::move(request));
    co_return co_await base::with_timeout(clock_, options_.request_timeout, std::move(work));
}

asio::awaitable<base::Result<std::string>> HttpClient::rest_of(HttpStream& stream)
{
    auto work = gather(stream);
    co_return co_await base::with_timeout(clock_, options_.request_timeout, std::move(work));
}

asio::awaitable<base::Result<HttpResponse>> HttpClient::whole(HttpRequest request)
{
    const auto stream = co_await authenticated(std::move(request));
    if (!stream) co_return stream.error();
    auto body = co_await gather(**stream);
    if (!body) co_return body.error();
    keep(**stream);
    HttpResponse response;
    response.status = (*stream)->status();
    response.headers = (*stream)->headers();
    response.body = std::move(*body);
    co_return response;
}

asio::awaitable<base::Result<HttpClient::StreamPtr>> HttpClient::authenticated(HttpRequest request)
{
    if (request.lock_status_poll) co_return co_await exchange(std::move(request), std::string());
    if (!guard_.may_try(clock_.now())) co_return Errc::locked_out;
    if (challenge_) co_return co_await with_credentials(std::move(request), false);
    auto first = co_await exchange(request, std::string());
    if (!first || (*first)->status() != 401) co_return first;
    const bool answerable = co_await learn(**first);
    if (!answerable) co_return Errc::unauthorised;
    co_return co_await with_credentials(std::move(request), true);
}

// One try with a nonce just received; two with a kept one, which the device may have forgotten. A refusal
// ends in silence.
asio::awaitable<base::Result<HttpClient::StreamPtr>> HttpClient::with_credentials(HttpRequest request,
                                                                                  bool fresh)
{
    for (int tries_left = fresh ? 1 : 2; tries_left > 0; --tries_left) {
        co_await wait_for_proof();
        // Another request may have been refused in the meantime: then this one is silent too.
        if (!guard_.may_try(clock_.now()) || !challenge_) co_return Errc::locked_out;
        const Proof proof(*this);
        if (guard_.rejected()) guard_.trial(clock_.now());
        const std::string nonce = challenge_->nonce;
        std::string authorization = authorization_for(request);
        auto answer = co_await exchange(request, std::move(authorization));
        if (!answer) co_return answer.error();
        if ((*answer)->status() != 401) {
            guard_.accepted();
            co_return answer;
        }
        guard_.failed();
        const bool answerable = co_await learn(**answer);
        const bool renewed = answerable && (challenge_->stale || challenge_->nonce != nonce);
        if (!renewed) break;
    }
    guard_.refused(clock_.now());
    challenge_.reset();
    base::log::warn("device refused the password", base::kv("host", options_.target.host));
    co_return Errc::unauthorised;
}

// Takes over the challenge of a 401 and reads its body, so that the connection can be used again.
asio::awaitable<bool> HttpClient::learn(HttpStream& refused)
{
    std::vector<Challenge> offered;
    for (const auto& field : refused.headers().all("WWW-Authenticate"))
        for (auto& challenge : parse_challenges(field))
            offered.push_back(std::move(challenge));
    const auto body = co_await gather(refused);
    if (body) keep(refused);
    auto chosen = choose(offered, options_.allow_basic);
    if (!chosen || options_.username.empty()) co_return false;
    // Two requests that learn at the same time share the nonce that came first.
    if (!challenge_ || challenge_->nonce != chosen->nonce) nonce_count_ = 0;
    challenge_ = std::move(chosen);
    co_return true;
}

asio::awaitable<void> HttpClient::wait_for_proof()
{
    if (!proved_) {
        auto executor = co_await asio::this_coro::executor;
        proved_ = std::make_unique<base::Wakeup>(executor);
    }
    while (proving_)
        co_await proved_->wait();
}

asio::awaitable<base::Result<HttpClient::StreamPtr>> HttpClient::exchange(HttpRequest request,
                                                                          std::string authorization)
{
    auto kept = take_idle(is_idempotent(request));
    if (kept) {
        bool heard = false;
        auto answer = co_await send(request, authorization, std::move(kept), heard);
        // The device had closed the kept connection: once more on a new one, but never what is not a mere
        // question.
        const bool stale = !answer && answer.error() == Errc::closed && !heard;
        if (!stale || !is_idempotent(request)) co_return answer;
    }
    base::Target target = options_.target;
    auto connecting = connector_.connect(std::move(target));
    auto connection = co_await base::with_timeout(clock_, options_.connect_timeout, std::move(connecting));
    if (!connection) co_return not_connected(connection.error());
    peer_ = (*connection)->peer();
    bool heard = false;
    co_return co_await send(std::move(request), std::move(authorization), std::move(*connection), heard);
}

asio::awaitable<base::Result<HttpClient::StreamPtr>>
HttpClient::send(HttpRequest request, std::string authorization, std::unique_ptr<base::ByteStream> connection,
                 bool& heard)
{
    std::string message = head_of(request, authorization);
    message += request.body;
    const auto written = co_await connection->write(std::as_bytes(std::span(message)));
    if (!written) co_return written.error();
    HttpStreamLimits limits;
    limits.header_max = options_.header_max;
    auto stream = std::make_unique<HttpStream>(std::move(connection), limits, request.method == "HEAD");
    const auto head = co_await stream->read_head();
    heard = stream->heard();
    if (!head) co_return head.error();
    co_return stream;
}

asio::awaitable<base::Result<std::string>> HttpClient::gather(HttpStream& stream)
{
    std::string body;
    std::vector<std::byte> chunk(16U * 1024);
    for (;;) {
        const auto size = co_await stream.read_some(chunk);
        if (!size && size.error() == Errc::closed) co_return body;
        if (!size) co_return size.error();
        if (body.size() + *size > options_.body_max) co_return Errc::too_large;
        body.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
}

std::unique_ptr<base::ByteStream> HttpClient::take_idle(bool idempotent)
{
    auto kept = std::exchange(idle_, nullptr);
    const auto age_max = idempotent ? options_.idle_max : options_.fresh_max;
    if (kept && clock_.now() - idle_since_ > age_max) return nullptr;
    return kept;
}

void HttpClient::keep(HttpStream& stream)
{
    auto connection = stream.release();
    if (!connection) return;
    idle_ = std::move(connection);
    idle_since_ = clock_.now();
}

std::string HttpClient::authorization_for(const HttpRequest& request)
{
    if (challenge_->scheme == Challenge::Scheme::basic)
        return basic_authorization(options_.username, options_.password.expose());
    std::array<char, 17> cnonce{};
    std::snprintf(cnonce.data(), cnonce.size(), "%016llx", static_cast<unsigned long long>(random_.next()));
    DigestInput input;
    input.username = options_.username;
    input.password = options_.password.expose();
    input.method = request.method;
    input.uri = request.target;
    input.cnonce = cnonce.data();
    input.nc = ++nonce_count_;
    return digest_authorization(*challenge_, input);
}

std::string HttpClient::head_of(const HttpRequest& request, const std::string& authorization) const
{
    std::string head = request.method + ' ' + request.target +
                       " HTTP/1.1\r\nHost: " + authority_of(options_.target) + "\r\nAccept: */*\r\n";
    if (!authorization.empty()) head += "Authorization: " + authorization + "\r\n";
    if (!request.content_type.empty()) head += "Content-Type: " + request.content_type + "\r\n";
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
        head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    for (const auto& field : request.headers.fields())
        head += field.name + ": " + field.value + "\r\n";
    return head + "\r\n";
}

} // namespace gatehouse::net
