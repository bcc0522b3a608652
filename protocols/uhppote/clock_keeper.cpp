#include "protocols/uhppote/clock_keeper.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/uhppote/device_messages.hpp"

namespace gatehouse::uhppote {

using namespace std::chrono_literals;

namespace {

constexpr auto tolerated = 2s;       // sheet §6
constexpr auto try_again_after = 1h; // a board whose clock does not stay set is not written to for ever

} // namespace

asio::awaitable<void> ClockKeeper::measure(const BoardStatus& status, base::WallTime sent)
{
    if (!status.time) co_return;
    const auto shown = to_wall(*status.time, session_.context.utc_offset);
    const bool changed = session_.clock.measured(shown, sent, session_.context.clock.wall());
    session_.status.clock_offset_ms = session_.clock.offset()->count();
    session_.status.clock_trusted = session_.clock.trusted();
    if (changed) co_await report(false);
}

bool ClockKeeper::is_due() const
{
    const auto offset = session_.clock.offset();
    if (!session_.config.correct_clock || !offset || std::chrono::abs(*offset) <= tolerated) return false;
    return !tried_at_ || session_.context.clock.now() - *tried_at_ >= try_again_after;
}

asio::awaitable<std::string> ClockKeeper::correct()
{
    tried_at_ = session_.context.clock.now();
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced())
        co_return std::string("our own clock is not kept by a time service, so it may be the wrong one");
    const auto serial = session_.config.serial;
    const auto now = session_.context.clock.wall();
    std::string detail = "becomes " + base::format_time(now, session_.context.utc_offset);
    if (const auto offset = session_.clock.offset())
        detail = std::to_string(offset->count()) + " ms away, " + detail;
    const auto nearest = now + 500ms; // to whole seconds
    const auto request = set_time(serial, to_local(nearest, session_.context.utc_offset));
    const auto written = co_await session_.board.order(request);
    std::string why = written.why();
    std::string result = why.empty() ? "ok" : why;
    co_await session_.audit("clock", std::move(detail), std::move(result));
    if (!why.empty()) co_return why;
    const Packet question(Code::get_time, serial);
    const auto sent = session_.context.clock.wall();
    const auto read_back = co_await session_.board.ask(question);
    if (!read_back.ok()) co_return read_back.why();
    BoardStatus status;
    status.time = read_time(read_back.packet);
    if (!status.time) co_return std::string("the board's clock cannot be read back");
    co_await measure(status, sent);
    const bool set = std::chrono::abs(*session_.clock.offset()) <= tolerated;
    co_await report(set);
    co_return set ? std::string()
                  : std::string("the board took the time but its clock is still wrong; cut its power for a "
                                "moment, and have it serviced if that does not help / "
                                "控制器接受了校时，但时间仍不对；请断电重启，仍不行请报修");
}

asio::awaitable<void> ClockKeeper::report(bool corrected)
{
    model::DeviceClock body{session_.clock.offset()->count(), session_.clock.trusted(), corrected};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::uhppote
