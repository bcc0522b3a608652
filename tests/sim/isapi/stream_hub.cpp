#include "tests/sim/isapi/stream_hub.hpp"

#include "tests/sim/moods.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::sim::isapi {
namespace {

// A client that reads so slowly that this much waits for it is cut off.
constexpr std::size_t queue_max = 20'000;

} // namespace

StreamHub::StreamHub(asio::any_io_executor executor, const Switches& switches, const Payloads& payloads)
    : executor_(std::move(executor)), switches_(switches), payloads_(payloads)
{
}

asio::awaitable<void> StreamHub::serve(Tcp::socket& socket)
{
    using namespace asio::experimental::awaitable_operators;
    const auto type = switches_.boundary.empty() ? std::string("multipart/mixed")
                                                 : "multipart/mixed; boundary=" + switches_.boundary;
    auto head = std::make_shared<const std::string>(
        fmt::format("HTTP/1.1 200 OK\r\nMIME-Version: 1.0\r\n{}Connection: close\r\nContent-Type: {}\r\n\r\n",
                    switches_.chunked ? "Transfer-Encoding: chunked\r\n" : "", type));
    boost::system::error_code failure;
    co_await asio::async_write(socket, asio::buffer(*head),
                               asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return;
    const auto client = clients_.emplace(clients_.end(), socket, executor_);
    // Takes the client off the list on every way out, cancellation included.
    const std::shared_ptr<void> leave(nullptr, [this, client](void*) { clients_.erase(client); });
    for (const auto& record : std::exchange(missed_, {}))
        client->queue.push_back(std::make_shared<const std::string>(told(record)));
    co_await (write_all(client) || watch(client));
}

asio::awaitable<void> StreamHub::watch(Position client)
{
    std::array<char, 256> unread{};
    boost::system::error_code failure;
    while (!failure)
        co_await client->socket.async_read_some(asio::buffer(unread),
                                                asio::redirect_error(asio::use_awaitable, failure));
    client->gone = true;
    client->timer.cancel();
}

asio::awaitable<void> StreamHub::wait_for_work(Position client)
{
    constexpr auto for_ever = std::chrono::hours(24);
    const bool beating = switches_.heartbeat.count() > 0 && !switches_.half_open;
    client->timer.expires_after(beating ? std::chrono::nanoseconds(switches_.heartbeat) : for_ever);
    boost::system::error_code woken;
    co_await client->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const bool beat = !woken && beating && lasting_ == 0;
    if (beat)
        client->queue.push_back(
            std::make_shared<const std::string>(part(payloads_.heartbeat(switches_), false)));
}

asio::awaitable<void> StreamHub::write_all(Position client)
{
    if (switches_.heartbeat.count() > 0)
        client->queue.push_back(
            std::make_shared<const std::string>(part(payloads_.heartbeat(switches_), false)));
    while (!client->gone) {
        while (client->queue.empty() || switches_.half_open) {
            co_await wait_for_work(client);
            if (client->gone) co_return;
        }
        auto bytes = std::move(client->queue.front());
        client->queue.pop_front();
        const bool sent = co_await send(client->socket, std::move(bytes));
        if (!sent) co_return;
    }
}

asio::awaitable<bool> StreamHub::send(Tcp::socket& socket, std::shared_ptr<const std::string> bytes)
{
    boost::system::error_code failure;
    std::string_view rest = *bytes;
    asio::steady_timer pause(executor_);
    while (!rest.empty() && !failure) {
        const auto size = switches_.split == 0 ? rest.size() : std::min(rest.size(), switches_.split);
        std::string frame(rest.substr(0, size));
        if (switches_.chunked) frame = fmt::format("{:x}\r\n{}\r\n", size, frame);
        co_await asio::async_write(socket, asio::buffer(frame),
                                   asio::redirect_error(asio::use_awaitable, failure));
        rest.remove_prefix(size);
        if (rest.empty() || failure) break;
        // Without a pause the kernel joins the pieces again.
        pause.expires_after(std::chrono::milliseconds(1));
        co_await pause.async_wait(asio::use_awaitable);
    }
    co_return !failure;
}

std::string StreamHub::part(const std::string& text, bool json) const
{
    const char* type = json ? "application/json; charset=\"UTF-8\"" : "application/xml; charset=\"UTF-8\"";
    const std::string end = switches_.line_feed_only ? "\n" : "\r\n";
    std::string out;
    if (!switches_.boundary.empty()) out = fmt::format("--{}{}", switches_.boundary, end);
    out += fmt::format("Content-Type: {}{}", type, end);
    if (switches_.part_length) out += fmt::format("Content-Length: {}{}", text.size(), end);
    if (switches_.blank_line) out += end;
    return out + text + end;
}

std::string StreamHub::pictures(const Payload& payload) const
{
    if (switches_.picture_bytes == 0 && !switches_.empty_picture) return {};
    std::string out;
    for (std::size_t n = 0; n < switches_.pictures; ++n) {
        const bool empty = switches_.empty_picture && n == 0;
        const auto bytes = empty ? std::make_shared<const std::string>() : picture_of(payload, n, switches_);
        if (!switches_.boundary.empty()) out += fmt::format("--{}\r\n", switches_.boundary);
        out +=
            fmt::format("Content-Disposition: form-data; name=\"{}\"\r\nContent-Type: image/pjpeg\r\n"
                        "Content-Length: {}\r\n\r\n{}\r\n",
                        n == 0 ? "licensePlatePicture.jpg" : "detectionPicture.jpg", bytes->size(), *bytes);
    }
    return out;
}

std::string StreamHub::told(const Record& record) const
{
    const Payload payload = payloads_.render(record, switches_);
    std::string text = payload.text;
    if (switches_.crowded_parts) text = payloads_.heartbeat(switches_) + text;
    text = part(text, payload.json);
    if (!payload.pictures) return record.after_junk ? std::string(junk) + text : text;
    text = switches_.reorder_parts ? pictures(payload) + text : text + pictures(payload);
    if (record.after_junk) text = std::string(junk) + text;
    if (switches_.same_uuid_twice) text = part(announcing_more(payload.text), payload.json) + text;
    return text;
}

void StreamHub::tell(const Record& record)
{
    if (clients_.empty()) {
        constexpr std::size_t missed_max = 1000;
        if (!switches_.retransmit) return;
        if (missed_.size() == missed_max) missed_.pop_front();
        missed_.push_back(record);
        missed_.back().late = true;
        return;
    }
    const auto bytes = std::make_shared<const std::string>(told(record));
    for (auto& client : clients_) {
        if (client.queue.size() >= queue_max) {
            boost::system::error_code ignored;
            client.socket.close(ignored);
            client.gone = true;
        } else {
            client.queue.push_back(bytes);
        }
        client.timer.cancel();
    }
}

} // namespace gatehouse::sim::isapi
