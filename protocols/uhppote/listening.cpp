#include "protocols/uhppote/listening.hpp"

#include <fmt/format.h>

#include <sstream>

namespace gatehouse::uhppote {
namespace {

constexpr auto undo_key = "listening/undo";

// "<address> <port> <interval>"
std::string to_memory(const Listener& listener)
{
    return fmt::format("{} {} {}", fmt::join(listener.address, "."), listener.port, listener.interval);
}

bool from_memory(const std::string& text, Listener& listener)
{
    std::istringstream in(text);
    std::string address;
    unsigned port = 0;
    unsigned interval = 0;
    if (!(in >> address >> port >> interval) || !parse_address(address, listener.address)) return false;
    listener.port = static_cast<std::uint16_t>(port);
    listener.interval = static_cast<std::uint8_t>(interval);
    return true;
}

bool same_place(const Listener& left, const Listener& right)
{
    return left.address == right.address && left.port == right.port;
}

} // namespace

std::string Listening::ours(Listener& listener) const
{
    const auto& named = session_.config.listen_address;
    const auto& host = named.empty() ? session_.context.listener_host : named;
    listener.port = session_.config.listen_port;
    if (listener.port == 0) return "no listen_port is configured";
    const bool usable =
        parse_address(host, listener.address) && listener.address[0] != 0 && listener.address[0] != 127;
    return usable ? std::string()
                  : "our own address is not known: set listen_address to the one the board can reach";
}

asio::awaitable<Listening::Read> Listening::read()
{
    Read out;
    const Packet question(Code::get_listener, session_.config.serial);
    const auto reply = co_await session_.board.ask(question);
    if (reply.ok())
        out.listener = read_listener(reply.packet);
    else
        out.why = reply.why();
    co_return out;
}

asio::awaitable<Listening::Finding> Listening::look()
{
    Finding finding;
    const auto now = co_await read();
    Listener mine;
    finding.ours = now.why.empty() && ours(mine).empty() && same_place(now.listener, mine);
    finding.text = finding.ours       ? "the board's events come to us"
                   : !now.why.empty() ? now.why
                                      : "the board's events go to " + to_string(now.listener);
    co_return finding;
}

asio::awaitable<std::string> Listening::arm()
{
    Listener mine;
    auto unusable = ours(mine);
    if (!unusable.empty()) co_return unusable;
    const auto now = co_await read();
    if (!now.why.empty()) co_return now.why;
    session_.fact("listener", to_string(now.listener));
    if (same_place(now.listener, mine)) co_return std::string();
    auto& memory = session_.context.memory;
    // Only the first time: a board that forgot us is not what was there before us.
    if (memory.find(undo_key).value_or("").empty()) {
        auto before = to_memory(now.listener);
        const auto saved = co_await memory.put(undo_key, std::move(before));
        if (!saved) co_return std::string("what was there could not be saved; nothing was changed");
    }
    mine.interval = now.listener.interval; // not ours to choose
    co_return co_await write(now.listener, mine);
}

asio::awaitable<std::string> Listening::disarm()
{
    auto& memory = session_.context.memory;
    Listener before;
    if (!from_memory(memory.find(undo_key).value_or(""), before))
        co_return std::string("there is nothing of ours to undo");
    const auto now = co_await read();
    if (!now.why.empty()) co_return now.why;
    Listener mine;
    const auto unusable = ours(mine);
    if (!unusable.empty()) co_return unusable;
    if (!same_place(now.listener, mine))
        co_return std::string("the board no longer points at us; it was not touched");
    auto why = co_await write(now.listener, before);
    if (!why.empty()) co_return why;
    const auto forgotten = co_await memory.put(undo_key, "");
    if (!forgotten) session_.tell_once("undo", "undo of listening not cleared", forgotten.error().message());
    co_return std::string();
}

asio::awaitable<std::string> Listening::write(Listener before, Listener wanted)
{
    const auto request = set_listener(session_.config.serial, wanted);
    const auto reply = co_await session_.board.order(request);
    auto why = reply.why();
    if (reply.ok() && !succeeded(reply.packet))
        why = "the board refused the listener's address; check listen_address and listen_port / "
              "控制器拒绝事件接收地址；请核对 listen_address 和 listen_port";
    if (why.empty()) {
        const auto now = co_await read();
        why = now.why;
        if (why.empty() && now.listener != wanted)
            why = "the board said OK but its listener is not what was written; close other software that "
                  "sets it / 控制器答复成功，但接收地址未生效；请关闭其他会修改它的软件";
        if (now.why.empty()) session_.fact("listener", to_string(now.listener));
    }
    std::string detail = to_string(before) + " -> " + to_string(wanted);
    std::string result = why.empty() ? "ok" : why;
    co_await session_.audit("listener", std::move(detail), std::move(result));
    co_return why;
}

asio::awaitable<std::string> Listening::record_special_events()
{
    if (special_events_on_) co_return std::string();
    const auto request = uhppote::record_special_events(session_.config.serial, true);
    const auto reply = co_await session_.board.order(request);
    auto why = reply.why();
    if (reply.ok() && !succeeded(reply.packet))
        why = "the board refused to record door and button events; report its firmware / "
              "控制器拒绝记录门磁和按钮事件；请反馈固件版本";
    special_events_on_ = why.empty();
    std::string result = why.empty() ? "ok" : why;
    co_await session_.audit("special events", "recorded from now on", std::move(result));
    co_return why;
}

} // namespace gatehouse::uhppote
