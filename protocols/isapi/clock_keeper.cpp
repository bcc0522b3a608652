#include "protocols/isapi/clock_keeper.hpp"

#include "gateway/base/log.hpp"

namespace gatehouse::isapi {

using namespace std::chrono_literals;

asio::awaitable<Answer> ClockKeeper::measure()
{
    const auto sent = session_.context.clock.wall();
    auto answer = co_await session_.get("/ISAPI/System/time");
    if (!answer.ok()) co_return answer;
    const auto time = parse_device_time(answer.body, session_.context.utc_offset);
    if (!time) {
        answer.judgement.verdict = Verdict::other;
        answer.judgement.text = "the device's clock cannot be read from its answer";
        co_return answer;
    }
    const bool changed = session_.clock.measured(time->time, sent, session_.context.clock.wall());
    session_.status.clock_offset_ms = session_.clock.offset_ms();
    session_.status.clock_trusted = session_.clock.trusted();
    if (changed) co_await report(false);
    co_return answer;
}

asio::awaitable<Answer> ClockKeeper::correct()
{
    auto body = device_time_body(session_.context.clock.wall(), session_.context.utc_offset);
    auto written = co_await session_.send("PUT", "/ISAPI/System/time", std::move(body), "application/xml");
    corrected_at_ = session_.context.clock.now();
    if (!written.ok()) co_return written;
    auto read_back = co_await measure();
    if (!read_back.ok()) co_return read_back;
    if (!session_.clock.trusted()) {
        read_back.judgement.verdict = Verdict::other;
        read_back.judgement.text = "the device said OK but its clock is still wrong";
    }
    co_await report(session_.clock.trusted());
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
        co_await session_.context.clock.sleep_for(session_.config.clock_every);
        co_await measure();
    }
}

asio::awaitable<void> ClockKeeper::report(bool corrected)
{
    model::DeviceClock body{session_.clock.offset_ms().value_or(0), session_.clock.trusted(), corrected};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::isapi
