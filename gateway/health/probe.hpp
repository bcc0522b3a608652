#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <cstdint>

namespace gatehouse::health {

// Proves that the process does its work and not merely exists: a small value goes through the io loop and the
// store's writer to the disk and is read back. The app calls it before it feeds systemd's watchdog and for
// /healthz.
class Probe {
public:
    // limit: how long one round trip may take; a slow disk is no reason to be killed, so it is generous.
    Probe(store::Store& store, base::Clock& clock, base::Metrics& metrics,
          std::chrono::milliseconds limit = std::chrono::seconds(20));

    // How long the value took. Errors: timed_out, damaged (something else came back), and those of the store.
    asio::awaitable<base::Result<std::chrono::milliseconds>> round_trip();

private:
    asio::awaitable<base::Result<void>> there_and_back();

    store::Store& store_;
    base::Clock& clock_;
    std::chrono::milliseconds limit_;
    std::uint64_t turn_ = 0;
    base::Gauge& seconds_;
    base::Counter& failures_;
};

// Whether the watchdog may be fed after this outcome. A full disk or a full queue is an answer of a living
// store, and a restart would cure neither; silence and damage are not.
[[nodiscard]] bool feeds_watchdog(const base::Result<std::chrono::milliseconds>& outcome);

} // namespace gatehouse::health
