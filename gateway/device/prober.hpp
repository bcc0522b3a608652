#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::device {

// What a device that is not configured said.
struct ProbeReport {
    std::vector<TestStep> steps;
    DeviceStatus status;
};

// One look at a device before it is configured: makes its driver, lets it run its own read-only checks, and
// drops it. Nothing that the device tells is kept. A password that was refused is not tried again at that
// address for half an hour, because devices lock us out after a few. Used by the API. io thread only.
class Prober {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Connector& connector;
        base::Metrics& metrics; // of no device that stays
        base::OpenDatagramPort datagrams{};
        base::OpenMessageBus buses{};
        vision::Eyes* eyes = nullptr; // may be null: nobody then looks at pictures
        // As for the supervisor.
        std::function<std::unique_ptr<Driver>(const config::DeviceConfig&, config::Table, DriverContext)>
            make;
        std::chrono::minutes utc_offset{480};
        std::string listener_host{};
        std::uint16_t listener_port = 0;
    };

    explicit Prober(Ports ports);

    // At most twenty seconds. Errors: busy (one at a time), unsupported (nobody speaks its language).
    asio::awaitable<base::Result<ProbeReport>> probe(config::DeviceConfig device, config::Table table);

private:
    class ShortMemory;

    [[nodiscard]] DriverContext context_with(Memory& memory);
    asio::awaitable<std::vector<TestStep>> checks(Driver& driver);
    asio::awaitable<std::vector<TestStep>> checks_in_conversation(Driver& driver);
    [[nodiscard]] bool was_refused(const std::string& login);

    Ports ports_;
    bool probing_ = false;
    std::map<std::string, base::MonoTime> refused_; // by address, user and password: until when; bounded
};

} // namespace gatehouse::device
