#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace prometheus {
class Registry;
}

namespace gatehouse::health {

// Every counter and gauge of the process and their text for /metrics. The app makes one and hands it to all
// rooms as base::Metrics. At most `series_max` series exist; whoever asks for more is given a shared overflow
// series, and the refusal is counted (gatehouse_metric_series_refused_total). io thread only.
class Registry final : public base::Metrics {
public:
    // started: wall time at which the process began, shown as process_start_time_seconds.
    explicit Registry(base::WallTime started, std::size_t series_max = 5000);
    ~Registry() override;
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    // Never throw: a name or label that Prometheus forbids, or a name already used for the other type, gets
    // the overflow series and is counted like one series too many.
    base::Counter& counter(std::string_view name, std::string_view help,
                           const base::Labels& labels = {}) override;
    base::Gauge& gauge(std::string_view name, std::string_view help,
                       const base::Labels& labels = {}) override;

    // All series in the Prometheus text exposition format 0.0.4; measures the process first.
    [[nodiscard]] std::string text();
    // Series of all families, the overflow ones included.
    [[nodiscard]] std::size_t series() const { return counters_.size() + gauges_.size(); }

private:
    base::Counter* add_counter(std::string_view name, std::string_view help, const base::Labels& labels);
    base::Gauge* add_gauge(std::string_view name, std::string_view help, const base::Labels& labels);
    void measure_process();

    std::size_t series_max_;
    std::unique_ptr<prometheus::Registry> families_;
    std::map<std::string, std::unique_ptr<base::Counter>, std::less<>> counters_; // by name and labels
    std::map<std::string, std::unique_ptr<base::Gauge>, std::less<>> gauges_;
    base::Counter* refused_ = nullptr;
    base::Counter* overflow_counter_ = nullptr;
    base::Gauge* overflow_gauge_ = nullptr;
    base::Gauge* resident_bytes_ = nullptr;
    base::Gauge* open_fds_ = nullptr;
};

} // namespace gatehouse::health
