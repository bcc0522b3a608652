#include "protocols/isapi/clock_keeper.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/time_text.hpp"
#include "protocols/isapi/ascii.hpp"

namespace gatehouse::isapi {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::kv;

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
    last_ = *time;
    const bool changed = session_.clock.measured(time->time, sent, session_.context.clock.wall());
    session_.status.clock_offset_ms = session_.clock.offset_ms();
    session_.status.clock_trusted = session_.clock.trusted();
    if (changed) co_await report(false);
    co_return answer;
}

asio::awaitable<Answer> ClockKeeper::correct()
{
    auto before = co_await measure();
    if (!before.ok()) co_return before;
    if (follows_server() && session_.clock.trusted()) co_return before; // nothing to correct
    const auto reason = why_not();
    if (reason.empty()) co_return co_await write(*last_);
    before.judgement.verdict = Verdict::other;
    before.judgement.text = reason;
    co_return before;
}

bool ClockKeeper::follows_server() const
{
    return ascii::same_word(last_->mode, "NTP") && !session_.config.take_over_clock;
}

// Why the device's clock is not to be touched; empty: it may be set.
std::string ClockKeeper::why_not() const
{
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced()) return "our own clock is not kept by a time service, so it may be the wrong one";
    if (follows_server())
        return "it follows a time server; correct that one, or configure clock = \"take-over\"";
    return {};
}

asio::awaitable<Answer> ClockKeeper::write(DeviceTime before)
{
    const auto offset = before.offset.value_or(session_.context.utc_offset);
    const auto now = session_.context.clock.wall();
    device::DeviceWrite notice;
    notice.what = "clock";
    notice.detail = before.mode + " " + before.local_text + " becomes manual " +
                    base::format_time(now, offset) + ", zone " + before.zone_text + " is kept";
    base::log::info("device clock will be set", kv("device", session_.config.id),
                    kv("change", notice.detail));
    auto body = device_time_body(now, offset, before.zone_text);
    auto written = co_await session_.send("PUT", "/ISAPI/System/time", std::move(body), "application/xml");
    notice.result = written.ok() ? "ok" : written.why();
    if (session_.context.written) co_await session_.context.written(std::move(notice));
    if (!written.ok()) co_return written;
    corrected_at_ = session_.context.clock.now();
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
        co_await (session_.context.clock.sleep_for(session_.config.clock_every) ||
                  session_.clock_doubted.wait());
        co_await measure();
    }
}

asio::awaitable<void> ClockKeeper::report(bool corrected)
{
    model::DeviceClock body{session_.clock.offset_ms().value_or(0), session_.clock.trusted(), corrected};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::isapi
