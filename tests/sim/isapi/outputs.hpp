#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/isapi/record.hpp"
#include "tests/sim/isapi/switches.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/oracle.hpp"

#include <functional>
#include <map>
#include <string>

namespace gatehouse::sim::isapi {

// The metal behind a device: barriers, doors, relays. Every command is written to the oracle, whether or not
// anything moved. io thread only.
class Outputs {
public:
    using Emit = std::function<void(Happening)>;

    Outputs(std::string device, const Switches& switches, const Moods& moods, Oracle& oracle,
            base::TaskGroup& group, Emit emit);

    // Who asked, for the oracle.
    struct Caller {
        std::string peer;
        std::string path;
    };
    // open, close, lock, unlock. Answers the device's statusCode: 1 accepted, 2 busy, 3 error, 6 no such
    // thing.
    int barrier(int number, const std::string& action, const Caller& caller);
    // The device opens for somebody it knows: no order, the boom rises all the same.
    void raise(int number);
    // 0 no signal, 1 closed, 2 open.
    [[nodiscard]] int barrier_position(int number) const;
    // open, close, alwaysOpen, alwaysClose, resume.
    int door(int number, const std::string& action, const Caller& caller);
    int relay(int number, const std::string& action, const Caller& caller);
    [[nodiscard]] bool relay_active(int number) const;
    // How often it was told to move something.
    [[nodiscard]] std::uint64_t orders() const { return orders_; }
    [[nodiscard]] std::uint64_t moves() const { return moves_; }

private:
    struct Barrier {
        int position = 1;
        bool locked = false;
        int generation = 0; // a later command overtakes a travel under way
    };

    asio::awaitable<void> travel(int number, int generation, int target);
    asio::awaitable<void> relock(int number);
    void note(const std::string& output, const std::string& action, bool moved, const Caller& caller);

    std::string device_;
    const Switches& switches_;
    const Moods& moods_;
    Oracle& oracle_;
    base::TaskGroup& group_;
    Emit emit_;
    std::map<int, Barrier> barriers_;
    std::map<int, bool> relays_;
    std::uint64_t orders_ = 0;
    std::uint64_t moves_ = 0;
};

} // namespace gatehouse::sim::isapi
