#pragma once
#include "gateway/base/byte_stream.hpp"
#include "protocols/net/http_message.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace gatehouse::net {

struct HttpStreamLimits {
    std::size_t header_max = 32U * 1024; // status line and header fields, bytes
};

// The answer to one request while it is still arriving: chunked, of known length, or until the peer closes.
// Lenient in the head (bare line feeds, missing reason phrase, extra 100 Continue), because devices are. io
// thread only.
class HttpStream {
public:
    HttpStream(std::unique_ptr<base::ByteStream> stream, HttpStreamLimits limits, bool head_request = false);
    ~HttpStream();
    HttpStream(const HttpStream&) = delete;
    HttpStream& operator=(const HttpStream&) = delete;

    // Reads up to the end of the head; called once, before all else. Errors: closed (before the first byte of
    // an answer), bad_input, too_large.
    asio::awaitable<base::Result<void>> read_head();

    [[nodiscard]] unsigned status() const { return status_; }
    [[nodiscard]] const HttpHeaders& headers() const { return headers_; }

    // Decoded bytes of the body: at least one, or Errc::closed at its end. Errors: bad_input for broken
    // framing, damaged when the peer closed in the middle of a body whose length it had announced. The caller
    // bounds the time.
    asio::awaitable<base::Result<std::size_t>> read_some(std::span<std::byte> into);

    void close() noexcept;

    // Whether any byte of the answer has arrived.
    [[nodiscard]] bool heard() const { return heard_; }
    // The connection, when the body has been read to its end and the peer keeps the connection open; else
    // null.
    [[nodiscard]] std::unique_ptr<base::ByteStream> release();

private:
    struct Parser; // keeps Beast out of this header
    asio::awaitable<base::Result<void>> fill();
    base::Result<void> try_head(); // headed() tells whether the head was complete
    [[nodiscard]] bool headed() const { return status_ != 0; }
    base::Result<std::size_t> parse_into(std::span<std::byte> into);

    std::unique_ptr<base::ByteStream> stream_;
    HttpStreamLimits limits_;
    bool head_request_ = false;
    std::unique_ptr<Parser> parser_;
    HttpHeaders headers_;
    unsigned status_ = 0;
    bool heard_ = false;
    bool failed_ = false;
};

} // namespace gatehouse::net
