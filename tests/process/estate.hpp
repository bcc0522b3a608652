#pragma once
#include "tests/process/child.hpp"

#include <csignal>
#include <map>

namespace gatehouse::proof {

// One simulated device and what the gateway is told about it.
struct DevicePlan {
    std::string id;
    std::string kind = "plate"; // plate | face | plain: a camera that recognises nothing
    bool push = false;          // else the gateway holds the alertStream
    double rate = 0;            // random events a second
    std::string switches;       // further lines of the estate file
    std::string keys;           // further lines of the gateway's table
};

// A gatehouse-sim with its oracle.
class Estate {
public:
    Estate(const Scratch& scratch, std::vector<DevicePlan> plans, std::uint16_t listener);
    // An estate file as it is; `ports` by device.
    Estate(const Scratch& scratch, const std::string& text, std::map<std::string, std::uint16_t> ports);

    // Throws when it is not ready within 10 s.
    void start();
    // One line of the control channel; the answer.
    std::string tell(const std::string& line) const;
    // The whole estate stands still, as if it hung.
    void freeze() const { child_.signal(SIGSTOP); }
    void thaw() const { child_.signal(SIGCONT); }
    // No new events; for one or all devices.
    void quiet(const std::string& device = "*") const { (void)tell("rate " + device + " 0/s"); }
    // Records made, but not yet taken by the gateway's listener.
    [[nodiscard]] std::size_t pending() const;

    [[nodiscard]] const std::vector<DevicePlan>& plans() const { return plans_; }
    [[nodiscard]] std::uint16_t port(const std::string& device) const { return ports_.at(device); }
    [[nodiscard]] const std::string& oracle_file() const { return oracle_; }

private:
    std::vector<DevicePlan> plans_;
    std::string file_;
    std::string oracle_;
    std::string log_;
    std::uint16_t control_ = 0;
    std::map<std::string, std::uint16_t> ports_;
    Child child_;
};

} // namespace gatehouse::proof
