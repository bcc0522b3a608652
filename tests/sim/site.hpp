#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/device.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sim {

// All devices of an estate with their traffic. io thread only.
class Site {
public:
    Site(asio::any_io_executor executor, base::Clock& clock, Oracle& oracle, Estate estate);

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
        Device* device = nullptr;
        double rate = 0;
        double due = 0; // events, whole and in part
        std::size_t made = 0;
        std::chrono::steady_clock::time_point begins{};
    };

    asio::awaitable<void> pace();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> play(ScriptedEvent event);
    void advance(Flow& flow, double seconds);
    [[nodiscard]] Device* find(const std::string& id) const;
    [[nodiscard]] std::string obey(Device& device, const std::string& verb,
                                   std::vector<std::string> arguments);
    [[nodiscard]] std::string emit(Device& device, const std::vector<std::string>& arguments);
    [[nodiscard]] std::string set_rate(Device& device, const std::vector<std::string>& arguments);

    asio::any_io_executor executor_;
    Oracle& oracle_;
    std::vector<ScriptedEvent> script_;
    std::vector<std::unique_ptr<Device>> devices_;
    std::vector<Flow> flows_;
    base::TaskGroup group_;
};

} // namespace gatehouse::sim
