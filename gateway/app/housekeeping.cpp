#include "gateway/app/notify.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"

namespace gatehouse::app {
namespace {

using base::kv;
using namespace std::chrono_literals;
namespace log = base::log;

constexpr auto tidy_period = std::chrono::hours(1); // of the index of passages
constexpr auto house_period = 60s;

std::string_view word_of(store::DiskState state)
{
    switch (state) {
    case store::DiskState::ok: return "ok";
    case store::DiskState::warn: return "less than twice the reserve is free";
    case store::DiskState::shedding:
        return "less than the reserve is free: pictures and delivered records are given up";
    case store::DiskState::full: break;
    }
    return "full: only alerts and commands are kept";
}

} // namespace

// systemd is told that we live only when a value has just gone through loop and store and back.
asio::awaitable<void> Parts::feed_watchdog()
{
    const auto limit = watchdog_period();
    const auto period = limit ? std::chrono::duration_cast<std::chrono::milliseconds>(*limit) / 3 : 10s;
    for (;;) {
        const auto outcome = co_await probe->round_trip();
        alive = health::feeds_watchdog(outcome);
        if (alive) notify_watchdog();
        if (!outcome) log::warn("self-test failed", kv("why", outcome.error()));
        co_await ports.clock.sleep_for(period);
    }
}

asio::awaitable<void> Parts::keep_house()
{
    for (;;) {
        const auto report = co_await store->housekeep(ports.clock.wall());
        if (report)
            co_await note_disk(*report);
        else
            log::warn("housekeeping failed", kv("why", report.error()));
        auto damage = store->disk().damage;
        co_await note_damage(std::move(damage));
        if (!told_start) co_await report_start();
        co_await accounts->note_use();
        co_await tidy_passages();
        co_await ports.clock.sleep_for(house_period);
    }
}

asio::awaitable<void> Parts::tidy_passages()
{
    const auto now = ports.clock.now();
    if (!passage_register || (passages_tidied && now - *passages_tidied < tidy_period)) co_return;
    passages_tidied = now;
    const auto done = co_await passage_register->tidy(site.retention);
    if (!done) log::warn("old passages stay in the index", kv("why", done.error()));
}

// The very disk it is about may refuse a notice: then the next round tells it. The first state is told too:
// the alert of a disk that was freed while nobody ran must end.
asio::awaitable<void> Parts::note_disk(const store::DiskReport& report)
{
    if (told_disk == report.state) co_return;
    const auto state = report.state;
    model::SystemNotice notice;
    notice.what = "disk";
    notice.ok = state == store::DiskState::ok;
    notice.detail = word_of(state);
    if (seen_disk != state && (seen_disk || !notice.ok))
        log::warn("disk", kv("state", notice.detail), kv("free_bytes", report.free_bytes));
    seen_disk = state;
    model::Body body = std::move(notice);
    const auto kept = co_await intake->emit(std::move(body));
    if (kept) told_disk = state;
}

asio::awaitable<void> Parts::note_damage(std::string damage)
{
    if (damage == told_damage) co_return;
    model::SystemNotice notice;
    notice.what = "store_damaged";
    notice.ok = false;
    notice.detail = damage;
    model::Body body = std::move(notice);
    const auto kept = co_await intake->emit(std::move(body));
    if (kept) told_damage = std::move(damage);
}

} // namespace gatehouse::app
