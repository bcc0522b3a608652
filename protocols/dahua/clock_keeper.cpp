#include "protocols/dahua/clock_keeper.hpp"

#include "gateway/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace gatehouse::dahua {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::kv;

asio::awaitable<Answer> ClockKeeper::measure()
{
    const auto sent = session_.context.clock.wall();
    auto answer = co_await session_.get("/cgi-bin/global.cgi?action=getCurrentTime");
    if (!answer.ok()) co_return answer;
    shown_ = text_at(*read_lines(answer.body), "result");
    const auto time = local_time(shown_);
    if (!time) co_return garbled("the device's clock cannot be read from its answer");
    const bool changed = session_.clock.measured(*time, sent, session_.context.clock.wall());
    session_.status.clock_offset_ms = session_.clock.offset_ms();
    session_.status.clock_trusted = session_.clock.trusted();
    if (changed) co_await report(false);
    co_return answer;
}

asio::awaitable<bool> ClockKeeper::follows_server()
{
    const auto answer = co_await session_.get("/cgi-bin/configManager.cgi?action=getConfig&name=NTP");
    if (!answer.ok()) co_return false;
    const auto tree = read_lines(answer.body);
    co_return flag_at(*tree, "table.NTP.Enable").value_or(false);
}

asio::awaitable<Answer> ClockKeeper::correct()
{
    auto before = co_await measure();
    if (!before.ok()) co_return before;
    const bool served = co_await follows_server();
    const bool follows = served && !session_.config.take_over_clock;
    if (follows && session_.clock.trusted()) co_return before; // nothing to correct
    if (follows)
        co_return garbled("it follows a time server; correct that one, or configure clock = \"take-over\"");
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced())
        co_return garbled("our own clock is not kept by a time service, so it may be the wrong one");
    co_return co_await write();
}

asio::awaitable<Answer> ClockKeeper::write()
{
    const auto local =
        std::chrono::floor<std::chrono::seconds>(session_.context.clock.wall() + session_.context.utc_offset);
    const auto day = fmt::gmtime(std::chrono::system_clock::to_time_t(local));
    // Local time without a zone, in the vendor's spelling (sheet §5).
    auto target = fmt::format("/cgi-bin/global.cgi?action=setCurrentTime&time={}-{}-{}%20{:%H:%M:%S}",
                              day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, day);
    device::DeviceWrite notice;
    notice.what = "clock";
    notice.detail = fmt::format("{} becomes {:%Y-%m-%d %H:%M:%S}", shown_, day);
    base::log::info("device clock will be set", kv("device", session_.config.id),
                    kv("change", notice.detail));
    auto written = co_await session_.change(std::move(target));
    notice.result = written.ok() ? "ok" : written.why();
    if (session_.context.written) co_await session_.context.written(std::move(notice));
    if (!written.ok()) co_return written;
    corrected_at_ = session_.context.clock.now();
    auto read_back = co_await measure();
    if (!read_back.ok()) co_return read_back;
    co_await report(session_.clock.trusted());
    if (!session_.clock.trusted()) co_return garbled("the device said OK but its clock is still wrong");
    co_return read_back;
}

asio::awaitable<void> ClockKeeper::run()
{
    for (;;) {
        const auto now = session_.context.clock.now();
        if (session_.config.correct_clock && (!corrected_at_ || now - *corrected_at_ >= 24h)) {
            const auto corrected = co_await correct();
            if (!corrected.ok()) session_.tell_once("clock", "device clock not corrected", corrected.why());
        }
        co_await (session_.context.clock.sleep_for(session_.config.clock_every) ||
                  session_.clock_doubted.wait());
        if (!session_.port_blocked) co_await measure();
        // Not at every event of a clock that cannot be measured well.
        co_await session_.context.clock.sleep_for(30s);
    }
}

asio::awaitable<void> ClockKeeper::report(bool corrected)
{
    model::DeviceClock body{session_.clock.offset_ms().value_or(0), session_.clock.trusted(), corrected};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::dahua
