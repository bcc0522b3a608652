#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

namespace gatehouse::store {

// The beat of somebody who follows the journal and writes down what he makes of it: a step whenever entries
// wait, and one a second for what time alone does. A step that fails is counted, logged once for each changed
// reason, and tried again after a second. io thread only; used by the rooms alert and passage.
class Follower {
public:
    static constexpr std::chrono::seconds beat{1};

    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        Store& store;
        base::Counter& failures;
        std::string_view what; // that cannot be recorded: "alerts"
    };
    // Takes its turn, reads a page and commits what comes of it. Returns up to where the journal has been
    // read.
    using Step = std::function<asio::awaitable<base::Result<std::int64_t>>()>;

    explicit Follower(Ports ports) : ports_(std::move(ports)), free_(ports_.executor) {}

    // Ends only by cancellation.
    asio::awaitable<void> run(Step step);

    // One transaction at a time on what the follower keeps; the holder may suspend. Made by whoever has just
    // come back from turn_free().
    class Turn {
    public:
        explicit Turn(Follower& follower) : follower_(follower) { follower_.busy_ = true; }
        ~Turn()
        {
            follower_.busy_ = false;
            follower_.free_.notify();
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        Follower& follower_;
    };
    asio::awaitable<void> turn_free();

private:
    asio::awaitable<void> follow(const Step& step);
    asio::awaitable<void> watch_clock(const Step& step);
    void note_failure(base::error_code why);

    Ports ports_;
    bool busy_ = false;
    base::Wakeup free_;
    base::error_code last_failure_;
};

} // namespace gatehouse::store
