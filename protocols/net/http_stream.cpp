#include "protocols/net/http_stream.hpp"

#include "protocols/net/http_head.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace gatehouse::net {
namespace {

namespace http = boost::beast::http;
using base::Errc;

constexpr std::size_t read_size = 16U * 1024;
// A chunk header or trailer that does not end within this is no chunk header.
constexpr std::size_t framing_max = 64U * 1024;

} // namespace

struct HttpStream::Parser {
    http::response_parser<http::buffer_body> http;
    boost::beast::flat_buffer pending; // received, not yet parsed

    [[nodiscard]] std::string_view text() const
    {
        const auto bytes = pending.cdata();
        return {static_cast<const char*>(bytes.data()), bytes.size()};
    }
};

HttpStream::HttpStream(std::unique_ptr<base::ByteStream> stream, HttpStreamLimits limits, bool head_request)
    : stream_(std::move(stream)), limits_(limits), head_request_(head_request),
      parser_(std::make_unique<Parser>())
{
    parser_->http.body_limit(boost::none); // the caller bounds what it keeps; an event stream has no end
    parser_->http.skip(head_request_);
}

HttpStream::~HttpStream() = default;

void HttpStream::close() noexcept
{
    if (stream_) stream_->close();
}

asio::awaitable<base::Result<void>> HttpStream::fill()
{
    if (!stream_) co_return Errc::closed;
    const auto room = parser_->pending.prepare(read_size);
    const std::span<std::byte> into(static_cast<std::byte*>(room.data()), room.size());
    const auto size = co_await stream_->read_some(into);
    if (!size) co_return size.error();
    heard_ = true;
    parser_->pending.commit(*size);
    co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> HttpStream::read_head()
{
    for (;;) {
        const auto sound = try_head();
        if (!sound || headed()) co_return sound;
        const auto filled = co_await fill();
        if (!filled) co_return filled.error();
    }
}

// Takes the final head over when it is all there; interim answers (100 Continue) are dropped.
base::Result<void> HttpStream::try_head()
{
    for (;;) {
        auto head = parse_head(parser_->text());
        if (!head) return head.error();
        if (!*head) {
            if (parser_->pending.size() > limits_.header_max) return Errc::too_large;
            return {};
        }
        if ((*head)->size > limits_.header_max) return Errc::too_large;
        parser_->pending.consume((*head)->size);
        if ((*head)->status < 200 && (*head)->status != 101) continue;
        const std::string framing = framing_head(**head);
        base::error_code reason;
        parser_->http.put(asio::buffer(framing), reason);
        if (reason || !parser_->http.is_header_done()) return Errc::bad_input;
        parser_->http.eager(true);
        status_ = (*head)->status;
        headers_ = std::move((*head)->headers);
        return {};
    }
}

// What the bytes at hand yield: the number put into `into`, or 0 when more must be received.
base::Result<std::size_t> HttpStream::parse_into(std::span<std::byte> into)
{
    auto& body = parser_->http.get().body();
    while (parser_->pending.size() > 0 && !parser_->http.is_done()) {
        body.data = into.data();
        body.size = into.size();
        body.more = true;
        base::error_code reason;
        const auto taken = parser_->http.put(parser_->pending.cdata(), reason);
        parser_->pending.consume(taken);
        const std::size_t produced = into.size() - body.size;
        if (reason == http::error::need_more || reason == http::error::need_buffer) reason = {};
        if (reason) failed_ = true; // told after the bytes that were good
        if (produced > 0) return produced;
        if (reason) return Errc::bad_input;
        if (taken == 0) break;
    }
    if (parser_->pending.size() > framing_max && !parser_->http.is_done()) return Errc::bad_input;
    return std::size_t{0};
}

asio::awaitable<base::Result<std::size_t>> HttpStream::read_some(std::span<std::byte> into)
{
    for (;;) {
        if (failed_) co_return Errc::bad_input;
        const auto produced = parse_into(into);
        if (!produced || *produced > 0) co_return produced;
        if (parser_->http.is_done()) co_return Errc::closed;
        const auto filled = co_await fill();
        if (filled) continue;
        if (filled.error() != Errc::closed) co_return filled.error();
        base::error_code reason;
        parser_->http.put_eof(reason);
        // Without an announced length the end of the connection is the end of the body.
        co_return reason ? Errc::damaged : Errc::closed;
    }
}

std::unique_ptr<base::ByteStream> HttpStream::release()
{
    const bool whole = parser_->http.is_done() && !failed_ && parser_->pending.size() == 0;
    if (!whole || !parser_->http.keep_alive()) return nullptr;
    return std::move(stream_);
}

} // namespace gatehouse::net
