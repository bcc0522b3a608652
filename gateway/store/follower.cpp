#include "gateway/store/follower.hpp"

#include "gateway/base/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace gatehouse::store {

using namespace asio::experimental::awaitable_operators;
using base::kv;
namespace log = base::log;

asio::awaitable<void> Follower::run(Step step)
{
    co_await (follow(step) && watch_clock(step));
}

asio::awaitable<void> Follower::follow(const Step& step)
{
    for (;;) {
        const auto read_upto = co_await step();
        if (!read_upto) {
            note_failure(read_upto.error());
            co_await ports_.clock.sleep_for(beat);
            continue;
        }
        last_failure_ = {};
        if (ports_.store.last_seq() > *read_upto) continue;
        co_await ports_.store.appended().wait();
    }
}

// Its failures are those of follow(), which tries again.
asio::awaitable<void> Follower::watch_clock(const Step& step)
{
    for (;;) {
        co_await ports_.clock.sleep_for(beat);
        const auto outcome = co_await step();
        if (!outcome) note_failure(outcome.error());
    }
}

void Follower::note_failure(base::error_code why)
{
    ports_.failures.add();
    if (why != last_failure_) log::error(std::string(ports_.what) + " cannot be recorded", kv("why", why));
    last_failure_ = why;
}

asio::awaitable<void> Follower::turn_free()
{
    while (busy_)
        co_await free_.wait();
}

} // namespace gatehouse::store
