#pragma once
#include "gateway/base/byte_stream.hpp"
#include "protocols/net/remote_address.hpp"
#include "protocols/net/socket_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::net {

// A ByteStream over an Asio stream: tcp::socket, ssl::stream of one, or serial_port. Cancellation leaves as
// the exception Asio throws.
template <class Stream>
class SocketStream final : public base::ByteStream {
public:
    explicit SocketStream(Stream stream) : stream_(std::move(stream)) {}

    asio::awaitable<base::Result<std::size_t>> read_some(std::span<std::byte> into) override
    {
        const auto room = asio::buffer(into.data(), into.size());
        const auto [reason, size] =
            co_await stream_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
        if (!reason) co_return size;
        co_await rethrow_cancellation();
        co_return as_closed(reason);
    }

    asio::awaitable<base::Result<void>> write(std::span<const std::byte> bytes) override
    {
        const auto source = asio::buffer(bytes.data(), bytes.size());
        const auto [reason, size] =
            co_await asio::async_write(stream_, source, asio::as_tuple(asio::use_awaitable));
        if (!reason) co_return base::Result<void>();
        co_await rethrow_cancellation();
        co_return as_closed(reason);
    }

    void close() noexcept override
    {
        base::error_code ignored; // closing a broken socket cannot be mended
        stream_.lowest_layer().close(ignored);
    }

    [[nodiscard]] std::string peer() const override { return remote_address(stream_.lowest_layer()); }

    // The Asio stream itself, to go on with in another way; nothing may use this object afterwards.
    [[nodiscard]] Stream release() { return std::move(stream_); }

private:
    // An error that came because the coroutine was cancelled is cancellation, not news about the peer.
    static asio::awaitable<void> rethrow_cancellation()
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
    }

    Stream stream_;
};

} // namespace gatehouse::net
