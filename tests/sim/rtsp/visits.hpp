#pragma once
#include "gateway/base/clock.hpp"
#include "tests/sim/text.hpp"

#include <deque>
#include <optional>
#include <string>

namespace gatehouse::sim::rtsp {

// The cars that come to one gate, one after another: each drives up, stands at the barrier, and drives off.
class Visits {
public:
    static constexpr Span arrival{3000};
    static constexpr Span stay_usual{4000}; // at the barrier
    static constexpr Span departure{1500};
    static constexpr Span between_cars{1000};

    struct Car {
        std::string plate;
        double driven = 0; // 0: just come into sight; 1: at the barrier; 2: gone past the camera
    };

    void add(std::string plate, Span stay, base::MonoTime now);
    // Who is to be seen.
    [[nodiscard]] std::optional<Car> at(base::MonoTime now);
    // Those that are there or still to come, as of the last at() or add().
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }

private:
    struct Visit {
        std::string plate;
        Span stay{0};
    };
    void drop_gone(base::MonoTime now);

    std::deque<Visit> waiting_; // the first is there
    base::MonoTime begun_{};    // of the first
};

} // namespace gatehouse::sim::rtsp
