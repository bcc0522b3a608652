#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace gatehouse::vision {

// The one thread on which everything is looked at and decided: networks, references, passages and the list of
// cameras belong to it, so that nothing of them needs a lock. Orders go first, then questions and looks in
// turn.
class Analysis {
public:
    using Job = std::function<void()>;
    struct Hands {
        std::function<bool()> look_once; // looks at one picture that waits; false: none does
        std::function<void()> tick;      // every second
    };

    Analysis(base::Clock& clock, Hands hands) : clock_(clock), hands_(std::move(hands)) {}

    void run();
    void stop();

    // Any thread. What the daemon orders; waits while too much is to be done.
    void order(Job job);
    // Any thread. What somebody asks: false when as many wait already as can be answered in time.
    [[nodiscard]] bool ask(Job job);
    // Any thread. A picture was put into a queue.
    void poke();

private:
    static constexpr std::size_t orders_max = 64;
    static constexpr std::size_t questions_max = 8;

    void wait();
    bool run_front(std::deque<Job>& jobs);
    void tick_when_due();

    base::Clock& clock_;
    Hands hands_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> orders_; // under mutex_, as all below
    std::deque<Job> questions_;
    bool poked_ = false;
    bool stopped_ = false;
    base::MonoTime next_tick_{}; // analysis thread only
};

} // namespace gatehouse::vision
