#include "protocols/facepush/orders.hpp"

#include "gateway/base/time_text.hpp"

#include <fmt/format.h>

#include <array>

namespace gatehouse::facepush {

using namespace std::chrono_literals;
using model::Status;

namespace {

constexpr auto confirm_max = 3s;
constexpr auto tolerated = 2s;
constexpr auto clock_every = 24h;
constexpr auto clock_again = 1h; // a clock that does not stay set is not written to for ever

struct Address {
    const char* path;
    const char* field;
    const char* last; // of our own URL
};
constexpr std::array addresses{
    Address{"/setIdentifyCallBack", "callbackUrl", "identify"},
    Address{"/setDeviceHeartBeat", "url", "heartbeat"},
    Address{"/setImgRegCallBack", "url", "enrolled"},
};

} // namespace

asio::awaitable<model::Outcome> Orders::open(std::string id, int output)
{
    if (output != 1)
        co_return session_.outcome(Status::rejected, "no_such_output", "a terminal has one door: output 1");
    const auto begun = session_.context.clock.now();
    session_.order_sent_at = begun;
    Call call;
    call.path = "/device/openDoorControl";
    const auto answer = co_await terminal_.ask(std::move(call));
    if (answer.wrong_password())
        co_return session_.outcome(Status::failed, "unauthorised", answer.why(), begun);
    if (answer.never_sent()) co_return session_.outcome(Status::failed, "unreachable", answer.why(), begun);
    if (answer.error || answer.said.verdict == Verdict::unreadable)
        co_return session_.outcome(
            Status::unknown, "no_answer",
            "the order was sent but no answer came that can be read; it is not repeated", begun);
    if (!answer.ok()) co_return session_.outcome(Status::failed, "device_refused", answer.why(), begun);
    if (session_.context.taken) session_.context.taken(id);
    const auto until = session_.context.clock.now() + confirm_max;
    for (;;) {
        if (session_.door_opened_at && *session_.door_opened_at >= begun)
            co_return session_.outcome(Status::confirmed, "", "the terminal says that the door opened",
                                       begun);
        if (session_.context.clock.now() >= until) break;
        co_await session_.context.clock.wait(session_.changed, until);
    }
    co_return session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
}

// ---- clock ----

bool Orders::clock_due() const
{
    if (!session_.config.correct_clock) return false;
    const auto now = session_.context.clock.now();
    if (!clock_tried_at_ || now - *clock_tried_at_ >= clock_every) return true;
    const bool off = session_.offset() && std::chrono::abs(*session_.offset()) > tolerated;
    return off && now - *clock_tried_at_ >= clock_again;
}

asio::awaitable<std::string> Orders::set_clock()
{
    clock_tried_at_ = session_.context.clock.now();
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced())
        co_return std::string("our own clock is not kept by a time service, so it may be the wrong one");
    const auto now = session_.context.clock.wall();
    std::string detail = "becomes " + base::format_time(now, session_.context.utc_offset);
    if (const auto offset = session_.offset()) detail = fmt::format("{} ms away, ", offset->count()) + detail;
    Call call;
    call.path = "/setTime";
    call.fields.emplace_back("timestamp", std::to_string(now.time_since_epoch().count()));
    const auto answer = co_await terminal_.ask(std::move(call));
    std::string why = answer.ok() ? std::string() : answer.why();
    std::string result = why.empty() ? "ok" : why;
    co_await session_.audit("clock", std::move(detail), std::move(result));
    if (!why.empty()) co_return why;
    session_.measured(now, now);
    co_await session_.report_clock(true);
    co_return std::string();
}

// ---- listening ----

asio::awaitable<std::string> Orders::arm()
{
    if (session_.config.reverse)
        co_return std::string("a terminal that fetches its orders cannot be told where to");
    if (session_.context.listener_host.empty() || session_.context.listener_host == "0.0.0.0")
        co_return std::string("our own address is not known: write it as listener.listen");
    co_return co_await write_addresses(false);
}

asio::awaitable<std::string> Orders::disarm()
{
    co_return co_await write_addresses(true);
}

asio::awaitable<std::string> Orders::write_addresses(bool away)
{
    std::string why;
    const auto root = fmt::format("http://{}:{}/push/{}/", session_.context.listener_host,
                                  session_.context.listener_port, session_.config.id);
    for (const auto& address : addresses) {
        const auto url = away ? std::string() : root + address.last;
        Call call;
        call.path = address.path;
        call.fields.emplace_back(address.field, url);
        if (std::string_view(address.field) == "callbackUrl")
            call.fields.emplace_back("base64Enable", session_.config.pictures ? "2" : "1");
        const auto answer = co_await terminal_.ask(std::move(call));
        std::string what = std::string("address ") + address.last;
        std::string detail = away ? "becomes empty" : "becomes " + url;
        std::string result = answer.ok() ? "ok" : answer.why();
        co_await session_.audit(std::move(what), std::move(detail), std::move(result));
        if (!answer.ok()) why = answer.why();
        if (answer.error || answer.wrong_password()) break;
    }
    co_return why;
}

} // namespace gatehouse::facepush
