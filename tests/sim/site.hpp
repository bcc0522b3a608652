#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/estate.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sim {

// All machines of an estate with their traffic. io thread only.
class Site {
public:
    Site(Ground ground, Estate estate);

    // Opens every port and begins the traffic. Throws when a port is taken.
    void start();
    asio::awaitable<void> stop();
    // One line of the control channel; the answer is one line too. "stats" without a device sums up.
    [[nodiscard]] std::string command(const std::string& line);
    // {"device":"..","port":..}, one a device.
    [[nodiscard]] std::vector<std::string> ports() const;
    [[nodiscard]] std::string stats() const;

private:
    struct Flow {
        Machine* machine = nullptr;
        double rate = 0;
        std::size_t events_max = 0; // 0: no end
        double due = 0;             // events, whole and in part
        std::size_t made = 0;
        std::chrono::steady_clock::time_point begins{};
    };

    asio::awaitable<void> pace();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> play(ScriptedEvent event);
    void advance(Flow& flow, double seconds);
    [[nodiscard]] Machine* find(const std::string& id) const;
    [[nodiscard]] std::string obey(Machine& machine, const std::string& verb,
                                   std::vector<std::string> arguments);
    [[nodiscard]] std::string set_rate(Machine& machine, const std::vector<std::string>& arguments);

    Ground ground_;
    std::vector<ScriptedEvent> script_;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::vector<Flow> flows_;
    base::TaskGroup group_;
};

} // namespace gatehouse::sim
