#pragma once
#include "gateway/base/metrics.hpp"

#include <map>

namespace gatehouse::fakes {

// Metrics without a registry behind them, for rooms that may not include gateway/health.
class CountingMetrics final : public base::Metrics {
public:
    base::Counter& counter(std::string_view name, std::string_view, const base::Labels& labels = {}) override
    {
        return counters_[key(name, labels)];
    }
    base::Gauge& gauge(std::string_view name, std::string_view, const base::Labels& labels = {}) override
    {
        return gauges_[key(name, labels)];
    }

private:
    struct Count final : base::Counter {
        void add(std::uint64_t n) override { count += n; }
        [[nodiscard]] std::uint64_t value() const override { return count; }
        std::uint64_t count = 0;
    };
    struct Level final : base::Gauge {
        void set(double value) override { level = value; }
        [[nodiscard]] double value() const override { return level; }
        double level = 0;
    };
    static std::string key(std::string_view name, const base::Labels& labels)
    {
        std::string text(name);
        for (const auto& [label, value] : labels)
            text += '|' + label + '=' + value;
        return text;
    }

    std::map<std::string, Count> counters_;
    std::map<std::string, Level> gauges_;
};

} // namespace gatehouse::fakes
