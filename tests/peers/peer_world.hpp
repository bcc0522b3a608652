#pragma once
#include "tests/process/world.hpp"

namespace gatehouse::peers {

using namespace std::chrono_literals;
using proof::Milliseconds;

// A gateway whose devices, or what stands before them, are programs of other makers.
class PeerWorld : public proof::World {
protected:
    // Starts broker, estate where there is one, and a gateway with these tables of devices.
    void begin(const std::string& devices);

    [[nodiscard]] std::string link(const std::string& device) const;
    // Why the link is not up, as `gatehouse status` tells it.
    [[nodiscard]] std::string why(const std::string& device) const;
    bool up(const std::string& device, Milliseconds limit = 15s);

    // The final answer to an order of the centre; empty when none came in time.
    proof::Reply order(const std::string& name, const std::string& device);
    // The newest event of this kind from the device, such as "access.granted"; waits for one more than
    // `before`.
    [[nodiscard]] std::size_t count(const std::string& device, const std::string& kind) const;
    std::string next(const std::string& device, const std::string& kind, std::size_t before = 0);
    // All that came, for a failure's message.
    [[nodiscard]] std::string story() const;
};

} // namespace gatehouse::peers
