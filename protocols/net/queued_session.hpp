#pragma once
#include "gateway/base/wakeup.hpp"
#include "protocols/net/session_base.hpp"

#include <cstddef>
#include <deque>

namespace gatehouse::net {

// The session of a line that is polled and must not wait for a disk: what was observed waits its turn in
// memory, in order. io thread only.
class QueuedSession : public SessionBase {
public:
    void start();
    // False while the journal does not take what was reported: leave events where they are, and tell changes
    // later.
    [[nodiscard]] bool has_room() const { return waiting_.size() < waiting_max; }
    // Everything reported is on disk.
    [[nodiscard]] bool settled() const
    {
        return waiting_.empty() && delivery.all_taken(delivery.last_number());
    }
    // Reports a change of the link once; shows `why` in any case.
    void set_link(model::LinkState state, std::string why);

protected:
    QueuedSession(std::string device, device::DriverContext context);

    // Never waits.
    void queue(model::Event event);
    // The way to the journal closes; what still waits is offered once more.
    asio::awaitable<void> close_journal();

private:
    static constexpr std::size_t waiting_max = 256;
    asio::awaitable<void> bring();

    std::deque<model::Event> waiting_;
    base::Wakeup queued_;
};

} // namespace gatehouse::net
