#pragma once
#include "tests/fakes/fake_store.hpp"

namespace gatehouse::site {

// A gateway's store that outlives it: what one gateway has committed, the next one finds. Each gateway gets a
// lease; a lease that was ended answers failed to every commit, as for a process that was killed.
class Disk {
public:
    enum class Stall { none, before_write, after_write };

    explicit Disk(asio::any_io_executor io) : platters(io), moved_(std::move(io)) {}

    [[nodiscard]] std::unique_ptr<store::Store> lend();
    // The power is cut: whoever holds the store now writes nothing more.
    void cut_power();
    // Commits hang from now on, before or after the write, until the stall or the power ends.
    void stall(Stall stall);
    // Resumes when nothing stalls at this point, or `power` is gone.
    asio::awaitable<void> pass(Stall point, std::shared_ptr<bool> power);

    fakes::FakeStore platters;

private:
    std::shared_ptr<bool> power_;
    Stall stall_ = Stall::none;
    base::Wakeup moved_;
};

} // namespace gatehouse::site
