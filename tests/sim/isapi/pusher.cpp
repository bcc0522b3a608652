#include "tests/sim/isapi/pusher.hpp"

#include "tests/sim/text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <charconv>

namespace gatehouse::sim::isapi {

Pusher::Pusher(asio::any_io_executor executor, Host host, Parts parts)
    : host_(std::move(host)), parts_(parts), wakeup_(executor), group_(executor)
{
}

void Pusher::start()
{
    for (std::size_t n = 0; n < parts_.config.connections; ++n) {
        connections_.emplace_back(group_.executor());
        group_.spawn("push " + parts_.config.id, work(std::prev(connections_.end())));
    }
}

void Pusher::offer(RecordPtr record)
{
    if (parts_.switches.overflow_drops && pending_.size() >= parts_.switches.pending_max) {
        ++parts_.counts.dropped;
        parts_.oracle.dropped(parts_.config.id, pending_.front()->key);
        pending_.pop_front();
    }
    pending_.push_back(std::move(record));
    if (pending_.size() == 1 || in_flight_ < connections_.size()) wakeup_.notify();
}

void Pusher::follow_network()
{
    boost::system::error_code ignored;
    for (auto& connection : connections_)
        if (parts_.moods.cut) connection.socket.close(ignored);
    wakeup_.notify();
}

void Pusher::sweep(std::chrono::steady_clock::time_point now)
{
    for (auto& connection : connections_) {
        if (now < connection.overdue) continue;
        boost::system::error_code ignored;
        connection.socket.close(ignored);
    }
}

asio::awaitable<void> Pusher::work(std::list<Connection>::iterator connection)
{
    asio::steady_timer pause(group_.executor());
    for (;;) {
        while (pending_.empty() || parts_.moods.cut)
            co_await wakeup_.wait();
        RecordPtr record = std::move(pending_.front());
        pending_.pop_front();
        ++in_flight_;
        const bool acked = co_await deliver(*connection, record);
        --in_flight_;
        connection->overdue = std::chrono::steady_clock::time_point::max();
        if (acked) {
            ++parts_.counts.acked;
            parts_.oracle.acked(parts_.config.id, record->key);
            continue;
        }
        failed(std::move(record));
        pause.expires_after(parts_.switches.retry_delay);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

void Pusher::failed(RecordPtr record)
{
    if (parts_.switches.retry) {
        ++parts_.counts.retried;
        pending_.push_front(std::move(record));
        return;
    }
    ++parts_.counts.dropped;
    parts_.oracle.dropped(parts_.config.id, record->key);
}

asio::awaitable<bool> Pusher::deliver(Connection& connection, RecordPtr record)
{
    const Payload payload = parts_.payloads.render(*record, parts_.switches);
    const bool keep_alive = parts_.config.keep_alive;
    if (record->after_junk) {
        const bool sent = co_await send_junk(connection);
        if (!sent) co_return false;
    }
    if (parts_.switches.same_uuid_twice && payload.pictures) {
        Payload early = payload;
        early.text = announcing_more(std::move(early.text));
        const PushRequest first(host_, early, parts_.switches, false, keep_alive);
        const bool taken = co_await post(connection, first);
        if (!taken) co_return false;
    }
    const PushRequest complete(host_, payload, parts_.switches, true, keep_alive);
    const bool acked = co_await post(connection, complete);
    co_return acked;
}

// No request at all, on a connection of its own.
asio::awaitable<bool> Pusher::send_junk(Connection& connection)
{
    boost::system::error_code failure;
    connection.socket.close(failure);
    const bool connected = co_await connect(connection);
    if (!connected) co_return false;
    co_await asio::async_write(connection.socket, asio::buffer(junk),
                               asio::redirect_error(asio::use_awaitable, failure));
    connection.socket.close(failure);
    co_return true;
}

asio::awaitable<bool> Pusher::post(Connection& connection, const PushRequest& request)
{
    connection.overdue = std::chrono::steady_clock::now() + parts_.switches.answer_timeout;
    boost::system::error_code failure;
    const bool fresh = !connection.socket.is_open();
    if (fresh) {
        const bool connected = co_await connect(connection);
        if (!connected) co_return false;
    }
    const auto buffers = request.buffers();
    co_await asio::async_write(connection.socket, buffers,
                               asio::redirect_error(asio::use_awaitable, failure));
    int status = 0;
    if (!failure && parts_.switches.push_raw)
        status = co_await wait_for_close(connection);
    else if (!failure)
        status = co_await read_status(connection);
    if (status == 0 || !parts_.config.keep_alive) connection.socket.close(failure);
    if (status != 0 && status != 200) ++parts_.counts.refused;
    co_return status == 200;
}

asio::awaitable<bool> Pusher::connect(Connection& connection)
{
    boost::system::error_code failure;
    connection.buffer.clear();
    const auto address = asio::ip::make_address(host_.address, failure);
    if (failure) co_return false; // a device without DNS (fact sheet section 10): names silently fail
    const Tcp::endpoint endpoint(address, host_.port);
    co_await connection.socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) {
        boost::system::error_code ignored;
        connection.socket.close(ignored);
        co_return false;
    }
    connection.socket.set_option(Tcp::no_delay(true), failure);
    co_return true;
}

// Such a device reads no answer: its event is delivered when the peer ends the connection in order.
asio::awaitable<int> Pusher::wait_for_close(Connection& connection)
{
    boost::system::error_code failure;
    connection.socket.shutdown(Tcp::socket::shutdown_send, failure);
    std::array<char, 512> unread{};
    while (!failure)
        co_await connection.socket.async_read_some(asio::buffer(unread),
                                                   asio::redirect_error(asio::use_awaitable, failure));
    const bool in_order = failure == asio::error::eof;
    boost::system::error_code ignored;
    connection.socket.close(ignored);
    co_return in_order ? 200 : 0;
}

// The status, or 0 when none came.
asio::awaitable<int> Pusher::read_status(Connection& connection)
{
    std::array<char, 2048> chunk{};
    auto& buffer = connection.buffer;
    auto end = buffer.find("\r\n\r\n");
    std::size_t body = 0;
    while (end == std::string::npos || buffer.size() < end + 4 + body) {
        boost::system::error_code failure;
        const auto size = co_await connection.socket.async_read_some(
            asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return 0;
        buffer.append(chunk.data(), size);
        if (end == std::string::npos) end = buffer.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        const std::string length = between(lower(buffer.substr(0, end + 2)), "content-length: ", "\r\n");
        std::from_chars(length.data(), length.data() + length.size(), body);
    }
    int status = 0;
    constexpr std::size_t status_at = 9; // after "HTTP/1.1 "
    std::from_chars(buffer.data() + status_at, buffer.data() + status_at + 3, status);
    const std::string head = lower(buffer.substr(0, end + 2));
    buffer.erase(0, end + 4 + body);
    if (head.find("connection: close") != std::string::npos) {
        boost::system::error_code ignored;
        connection.socket.close(ignored);
    }
    co_return status;
}

} // namespace gatehouse::sim::isapi
