#include "vision/worker/analysis.hpp"

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;
constexpr auto tick_every = 1s;
constexpr auto wait_max = 250ms; // the clock of a test does not wake anybody

} // namespace

void Analysis::run()
{
    for (;;) {
        tick_when_due();
        {
            const std::scoped_lock lock(mutex_);
            if (stopped_) return;
            poked_ = false;
        }
        while (run_front(orders_)) {
        }
        const bool answered = run_front(questions_);
        const bool looked = hands_.look_once();
        if (!answered && !looked) wait();
    }
}

void Analysis::wait()
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait_max,
                      [&] { return stopped_ || poked_ || !orders_.empty() || !questions_.empty(); });
}

bool Analysis::run_front(std::deque<Job>& jobs)
{
    Job job;
    {
        const std::scoped_lock lock(mutex_);
        if (jobs.empty() || stopped_) return false;
        job = std::move(jobs.front());
        jobs.pop_front();
    }
    changed_.notify_all();
    job();
    return true;
}

void Analysis::tick_when_due()
{
    const auto now = clock_.now();
    if (now < next_tick_) return;
    next_tick_ = base::next_beat(now, tick_every);
    hands_.tick();
}

void Analysis::order(Job job)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || orders_.size() < orders_max; });
    orders_.push_back(std::move(job));
    changed_.notify_all();
}

bool Analysis::ask(Job job)
{
    const std::scoped_lock lock(mutex_);
    if (stopped_ || questions_.size() >= questions_max) return false;
    questions_.push_back(std::move(job));
    changed_.notify_all();
    return true;
}

void Analysis::poke()
{
    const std::scoped_lock lock(mutex_);
    poked_ = true;
    changed_.notify_all();
}

void Analysis::stop()
{
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

} // namespace gatehouse::vision
