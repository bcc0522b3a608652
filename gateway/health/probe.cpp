#include "gateway/health/probe.hpp"

#include "gateway/base/timeout.hpp"

namespace gatehouse::health {

Probe::Probe(store::Store& store, base::Clock& clock, base::Metrics& metrics, std::chrono::milliseconds limit)
    : store_(store), clock_(clock), limit_(limit),
      seconds_(metrics.gauge("gatehouse_probe_seconds", "Duration of the last self-test through the store")),
      failures_(metrics.counter("gatehouse_probe_failures_total", "Self-tests through the store that failed"))
{
}

asio::awaitable<base::Result<std::chrono::milliseconds>> Probe::round_trip()
{
    const auto begun = clock_.now();
    const auto outcome = co_await base::with_timeout(clock_, limit_, there_and_back());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun);
    seconds_.set(static_cast<double>(took.count()) / 1000.0);
    if (outcome) co_return took;
    failures_.add(1);
    co_return outcome.error();
}

asio::awaitable<base::Result<void>> Probe::there_and_back()
{
    // The time tells the turns of different runs apart, the number those of one run.
    const auto value =
        std::to_string(clock_.wall().time_since_epoch().count()) + "/" + std::to_string(++turn_);
    store::MemoryPut put;
    put.device = "gateway";
    put.key = "probe";
    put.value = value;
    store::Change change;
    change.memory.push_back(std::move(put));
    const auto committed = co_await store_.commit(std::move(change));
    if (!committed) co_return committed.error();
    const auto memory = co_await store_.memory("gateway");
    if (!memory) co_return memory.error();
    const auto found = memory->find("probe");
    if (found == memory->end() || found->second != value) co_return base::Errc::damaged;
    co_return base::Result<void>();
}

bool feeds_watchdog(const base::Result<std::chrono::milliseconds>& outcome)
{
    if (outcome) return true;
    return outcome.error() == base::Errc::disk_full || outcome.error() == base::Errc::overloaded;
}

} // namespace gatehouse::health
