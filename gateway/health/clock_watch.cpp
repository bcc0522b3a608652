#include "gateway/health/clock_watch.hpp"

#include "gateway/base/log.hpp"

#include <sys/timex.h>

#include <charconv>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;

constexpr auto floor_key = "clock_floor";
// A time service may step a good clock back by this much without making it a bad one.
constexpr auto step_allowed = 2s;

std::optional<base::WallTime> parse_floor(const std::string& text)
{
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc() || at != end || value <= 0) return std::nullopt;
    return base::WallTime(std::chrono::milliseconds(value));
}

} // namespace

bool kernel_clock_synced()
{
    return clock_synced_by(::adjtimex);
}

bool clock_synced_by(int (*ask)(timex*))
{
    timex state{};
    const int answer = ask(&state);
    return answer >= 0 && answer != TIME_ERROR && (static_cast<unsigned>(state.status) & STA_UNSYNC) == 0;
}

ClockWatch::ClockWatch(store::Store& store, base::Clock& clock, base::Metrics& metrics, Options options)
    : store_(store), clock_(clock), options_(std::move(options)),
      synced_gauge_(
          metrics.gauge("gatehouse_clock_synced", "1 when the gateway's own clock can be believed")),
      save_failures_(metrics.counter("gatehouse_clock_floor_save_failures_total",
                                     "Times the clock floor could not be saved"))
{
}

asio::awaitable<base::Result<void>> ClockWatch::load()
{
    const auto memory = co_await store_.memory("gateway");
    if (!memory) co_return memory.error();
    const auto found = memory->find(floor_key);
    if (found != memory->end()) floor_ = parse_floor(found->second);
    co_return base::Result<void>();
}

bool ClockWatch::below_floor() const
{
    return floor_ && clock_.wall() + step_allowed < *floor_;
}

// Asked for every event: a system call a second is enough.
bool ClockWatch::kernel_synced() const
{
    const auto now = clock_.now();
    if (!asked_at_ || now - *asked_at_ >= std::chrono::seconds(1)) {
        asked_at_ = now;
        kernel_says_ = options_.kernel_synced();
    }
    return kernel_says_;
}

bool ClockWatch::synced() const
{
    return kernel_synced() && !below_floor();
}

std::string ClockWatch::why() const
{
    if (below_floor()) return "the clock is behind the last time that was known to be good";
    if (!kernel_synced()) return "no time service keeps the clock";
    return {};
}

asio::awaitable<void> ClockWatch::run()
{
    for (;;) {
        drop_disproved_floor();
        const bool good = synced();
        synced_gauge_.set(good ? 1 : 0);
        if (shown_ != good) {
            shown_ = good;
            if (options_.on_change) options_.on_change(good, why());
        }
        if (good && (!saved_at_ || clock_.now() - *saved_at_ >= options_.save_every)) co_await save_floor();
        co_await clock_.sleep_for(options_.check_every);
    }
}

void ClockWatch::drop_disproved_floor()
{
    if (!below_floor() || !kernel_synced()) {
        contradicted_since_.reset();
        return;
    }
    if (!contradicted_since_) contradicted_since_ = clock_.now();
    if (clock_.now() - *contradicted_since_ < options_.floor_disproved_after) return;
    base::log::warn("clock floor dropped: a time service has contradicted it for long");
    floor_.reset();
    contradicted_since_.reset();
}

asio::awaitable<void> ClockWatch::save_floor()
{
    const auto now = clock_.wall();
    store::MemoryPut put;
    put.device = "gateway";
    put.key = floor_key;
    put.value = std::to_string(now.time_since_epoch().count());
    store::Change change;
    change.memory.push_back(std::move(put));
    const auto committed = co_await store_.commit(std::move(change));
    // Tried again after save_every either way: a disk in trouble is not helped by more writes.
    saved_at_ = clock_.now();
    if (!committed) {
        save_failures_.add(1);
        co_return;
    }
    floor_ = now;
}

} // namespace gatehouse::health
