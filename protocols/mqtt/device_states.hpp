#pragma once
#include "gateway/device/driver.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::mqtt {

// Which of the retained …/dev/{dev}/state documents must be published (again): after a new link all of them,
// then those that have changed, every few minutes all (last_seen grows old, a broker may have refused one),
// and those of devices that are gone. Used by MqttSink. No I/O.
class DeviceStates {
public:
    using Devices = std::vector<std::pair<std::string, device::DeviceStatus>>;

    // A new link. `retained`: the ids that were remembered, separated by blanks.
    void begin(const std::string& retained);
    void look(const Devices& devices, base::MonoTime now);
    // The ids whose document may lie at the broker; to be remembered before anything is published.
    [[nodiscard]] std::string retained() const;

    struct Due {
        std::string device;
        bool gone = false; // not configured any more: take its document away
    };
    // The next one to publish; its answer is awaited then.
    [[nodiscard]] std::optional<Due> take();
    void settled(const std::string& device, bool accepted);
    [[nodiscard]] std::size_t open() const { return open_; }

private:
    struct State {
        std::string shown; // what makes a change worth a document
        bool due = true;
        bool gone = false;
        bool open = false;
    };
    std::map<std::string, State> states_; // bounded by the configured devices, then and now
    std::size_t open_ = 0;                // published, not answered yet
    base::MonoTime refresh_due_{};
};

} // namespace gatehouse::mqtt
