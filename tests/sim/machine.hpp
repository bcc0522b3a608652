#pragma once
#include "gateway/base/clock.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/text.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sim {

// What happens at a machine by itself.
struct Traffic {
    double rate = 0;            // random events a second
    std::size_t events_max = 0; // random events; 0: no end
    Span start{0};              // begins after
};

// What "stats" says; a make leaves at zero what it does not know.
struct Counts {
    std::uint64_t created = 0;
    std::uint64_t acked = 0;
    std::uint64_t retried = 0;
    std::uint64_t refused = 0;
    std::uint64_t dropped = 0;
    std::uint64_t pending = 0; // not yet acknowledged
    std::uint64_t streams = 0; // listeners
    std::uint64_t requests = 0;
    std::uint64_t unauthorised = 0;
    std::uint64_t moves = 0; // of its metal
};

// One simulated device of any make: its sockets, its memory, its metal and its moods. The estate starts it,
// gives it traffic and passes commands on. io thread only.
class Machine {
public:
    Machine() = default;
    virtual ~Machine() = default;
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    [[nodiscard]] virtual const std::string& id() const = 0;
    [[nodiscard]] virtual Traffic traffic() const = 0;
    // Opens its ports. Throws when one is taken.
    virtual void start() = 0;
    // Ends all that it does; join() resumes when it has ended.
    virtual void cancel() = 0;
    virtual asio::awaitable<void> join() = 0;
    // Called four times a second, for what is overdue.
    virtual void sweep() {}
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    // A random event of this kind of machine, or false when traffic has to wait for the gateway.
    virtual bool emit_random() = 0;
    [[nodiscard]] virtual Counts counts() const = 0;
    // Carries out one command of the control channel or of the script: "ok", "error: why", or an answer.
    [[nodiscard]] virtual std::string obey(const std::string& verb, std::vector<std::string> arguments) = 0;
};

// What every machine stands on.
struct Ground {
    asio::any_io_executor executor;
    base::Clock& clock;
    Oracle& oracle;
};

using MakeMachine = std::function<std::unique_ptr<Machine>(const Ground&)>;

} // namespace gatehouse::sim
