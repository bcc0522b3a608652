#include "gateway/health/registry.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace gatehouse::health {
namespace {

class PrometheusCounter final : public base::Counter {
public:
    explicit PrometheusCounter(prometheus::Counter& series) : series_(series) {}
    void add(std::uint64_t n) override
    {
        count_ += n;
        series_.Increment(static_cast<double>(n));
    }
    [[nodiscard]] std::uint64_t value() const override { return count_; }

private:
    prometheus::Counter& series_;
    std::uint64_t count_ = 0; // exact beyond 2^53, where the series' double is not
};

class PrometheusGauge final : public base::Gauge {
public:
    explicit PrometheusGauge(prometheus::Gauge& series) : series_(series) {}
    void set(double value) override { series_.Set(value); }
    [[nodiscard]] double value() const override { return series_.Value(); }

private:
    prometheus::Gauge& series_;
};

std::string key_of(std::string_view name, base::Labels labels)
{
    std::sort(labels.begin(), labels.end());
    std::string key(name);
    for (const auto& [label, value] : labels) {
        key += '\x1f';
        key += label;
        key += '\x1e';
        key += value;
    }
    return key;
}

prometheus::Labels series_labels(const base::Labels& labels)
{
    return {labels.begin(), labels.end()};
}

// Resident pages are the second number of /proc/self/statm (proc(5)).
double resident_bytes()
{
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (!(statm >> total >> resident)) return 0;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_fds()
{
    std::error_code failed;
    double count = 0;
    std::filesystem::directory_iterator at("/proc/self/fd", failed);
    for (const std::filesystem::directory_iterator end; !failed && at != end; at.increment(failed))
        ++count;
    return std::max(0.0, count - 1); // without the descriptor that lists the folder
}

double seconds(base::WallTime time)
{
    return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

} // namespace

Registry::Registry(base::WallTime started, std::size_t series_max)
    : series_max_(series_max), families_(std::make_unique<prometheus::Registry>())
{
    refused_ = add_counter(
        "gatehouse_metric_series_refused_total",
        "Series that were asked for and refused because there are too many or the name is wrong", {});
    overflow_counter_ = add_counter("gatehouse_metric_overflow_total", "Sum of all refused counters", {});
    overflow_gauge_ = add_gauge("gatehouse_metric_overflow", "Last value of any refused gauge", {});
    resident_bytes_ = add_gauge("process_resident_memory_bytes", "Resident memory size in bytes", {});
    open_fds_ = add_gauge("process_open_fds", "Number of open file descriptors", {});
    add_gauge("process_start_time_seconds", "Start time of the process in seconds since the epoch", {})
        ->set(seconds(started));
}

Registry::~Registry() = default;

base::Counter* Registry::add_counter(std::string_view name, std::string_view help, const base::Labels& labels)
{
    auto& family =
        prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(*families_);
    auto series = std::make_unique<PrometheusCounter>(family.Add(series_labels(labels)));
    return counters_.emplace(key_of(name, labels), std::move(series)).first->second.get();
}

base::Gauge* Registry::add_gauge(std::string_view name, std::string_view help, const base::Labels& labels)
{
    auto& family =
        prometheus::BuildGauge().Name(std::string(name)).Help(std::string(help)).Register(*families_);
    auto series = std::make_unique<PrometheusGauge>(family.Add(series_labels(labels)));
    return gauges_.emplace(key_of(name, labels), std::move(series)).first->second.get();
}

base::Counter& Registry::counter(std::string_view name, std::string_view help, const base::Labels& labels)
{
    const auto known = counters_.find(key_of(name, labels));
    if (known != counters_.end()) return *known->second;
    if (series() < series_max_) {
        try {
            return *add_counter(name, help, labels);
        } catch (const std::exception&) { // Prometheus refuses the name; counted below
        }
    }
    refused_->add(1);
    return *overflow_counter_;
}

base::Gauge& Registry::gauge(std::string_view name, std::string_view help, const base::Labels& labels)
{
    const auto known = gauges_.find(key_of(name, labels));
    if (known != gauges_.end()) return *known->second;
    if (series() < series_max_) {
        try {
            return *add_gauge(name, help, labels);
        } catch (const std::exception&) { // Prometheus refuses the name; counted below
        }
    }
    refused_->add(1);
    return *overflow_gauge_;
}

void Registry::measure_process()
{
    resident_bytes_->set(resident_bytes());
    open_fds_->set(open_fds());
}

std::string Registry::text()
{
    measure_process();
    return prometheus::TextSerializer().Serialize(families_->Collect());
}

} // namespace gatehouse::health
