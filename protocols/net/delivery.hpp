#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"

#include <cstdint>
#include <set>

namespace gatehouse::net {

// Brings events to the sink in the order in which they arrived. A stream cannot be told "send it again", so
// what the sink refuses for now is kept and offered until taken while the reading stands still; a push is
// offered once, because the device keeps it. io thread only.
class Delivery {
public:
    static constexpr std::size_t window = 256; // events on their way at once; above it the stream is not read

    Delivery(const device::DriverContext& context, const std::string& device);

    // For streams and record logs. Resumes as soon as there is room; the answer numbers the event for
    // wait_taken(). While closed it is tried once: a command or a self-test may outlive the conversation.
    asio::awaitable<std::uint64_t> hand_over(model::Event event);
    // Resumes when every event up to `number` is on disk (or will never be taken): true. False: closed
    // before.
    asio::awaitable<bool> wait_taken(std::uint64_t number);
    // For pushes: one try, its answer is the device's answer.
    asio::awaitable<base::Result<void>> offer(model::Event event);

    [[nodiscard]] std::uint64_t last_number() const { return last_; }
    [[nodiscard]] bool all_taken(std::uint64_t number) const
    {
        return on_way_.empty() || *on_way_.begin() > number;
    }

    // Needed before the first hand_over(), and again after close().
    void open();
    // Ends the retries and waits for them. Whoever waits here is let go.
    asio::awaitable<void> close();

private:
    asio::awaitable<void> keep(std::uint64_t number, model::Event event);

    base::Clock& clock_;
    base::Random& random_;
    device::EventSink sink_;
    base::Counter& taken_;
    base::Counter& retried_;
    base::Counter& refused_;
    base::Wakeup changed_;
    std::set<std::uint64_t> on_way_;
    std::uint64_t last_ = 0;
    std::size_t retrying_ = 0;
    asio::any_io_executor executor_;
    std::unique_ptr<base::TaskGroup> group_; // last: its tasks use the members above
};

} // namespace gatehouse::net
