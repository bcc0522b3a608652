#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::base {

// A number that only grows: packets refused, reconnects, retries, drops.
class Counter {
public:
    virtual ~Counter() = default;
    virtual void add(std::uint64_t n = 1) = 0;
    [[nodiscard]] virtual std::uint64_t value() const = 0;
};

// A number that moves both ways: queue lengths, offsets, states.
class Gauge {
public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
    [[nodiscard]] virtual double value() const = 0;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// Where every room counts what it refuses, drops and repeats; /metrics shows all of it. Names follow
// Prometheus (gatehouse_<what>_total, _seconds, _bytes). The same name and labels give the same object; it
// lives as long as the Metrics. Label values are configuration ids or fixed words, never something a device
// sent.
class Metrics {
public:
    virtual ~Metrics() = default;
    virtual Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {}) = 0;
    virtual Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {}) = 0;
};

} // namespace gatehouse::base
