#pragma once
#include "vision/health/memory.hpp"
#include "vision/health/state.hpp"

namespace gatehouse::vision::health {

// Per state 0 at the worst of normal pictures, 1 at the limit; below 0: healthier than that. Absent states
// were not judged.
struct Scores {
    static constexpr double unjudged = -100;
    PerState<double> of;

    Scores() { of.fill(unjudged); }
    double& operator[](State state) { return of[static_cast<std::size_t>(state)]; }
    double operator[](State state) const { return of[static_cast<std::size_t>(state)]; }
    [[nodiscard]] bool judged(State state) const { return (*this)[state] > unjudged; }
};

struct Judgement {
    Scores scores;
    Likeness likeness;
    const Reference* reference = nullptr; // that was compared with; nothing while learning
};

// What can be said of a view by itself, and, where this mode was learnt, beside the most alike of the
// references.
[[nodiscard]] Judgement judge(const View& view, const Memory& memory, Mode mode, int hour);

} // namespace gatehouse::vision::health
