#pragma once
#include "gateway/device/driver.hpp"
#include "gateway/model/command.hpp"
#include "gateway/model/envelope.hpp"

#include <cstdint>
#include <string>

namespace gatehouse::mqtt {

// What the gateway says of itself in …/state (protocols/mqtt-upstream.md §3).
struct GatewayState {
    bool online = false;
    std::string reason; // lost | shutdown, when offline
    std::int64_t session = 0;
    std::string version;
    base::WallTime since{};
    std::size_t devices_total = 0;
    std::size_t devices_online = 0;
};

// Id and time of a document made by the gateway.
struct Stamp {
    std::string id; // ULID
    base::WallTime at{};
};

[[nodiscard]] std::string state_document(const model::Names& names, const Stamp& stamp,
                                         const GatewayState& state);

struct GatewayInfo {
    std::string version;
    std::string boot_id;
    bool clock_synced = false;
};
[[nodiscard]] std::string info_document(const model::Names& names, const Stamp& stamp,
                                        const GatewayInfo& info);

// Figures of the gateway for …/stat/gateway; `figures` is a JSON object.
[[nodiscard]] std::string stat_document(const model::Names& names, const Stamp& stamp,
                                        std::string_view figures);

[[nodiscard]] std::string device_document(const model::Names& names, const Stamp& stamp,
                                          const std::string& device, const device::DeviceStatus& status);

// The reply to a command (§5). `final` false: the first answer to work that takes longer than 2 s.
struct Reply {
    std::string command_id;
    std::string device;
    model::Outcome outcome;
    bool final = true;
};
[[nodiscard]] std::string reply_document(const model::Names& names, const Stamp& stamp, const Reply& reply);

// The word of §5's status table. Only a confirmed movement is "done"; see the README for accepted and
// unknown.
[[nodiscard]] std::string_view reply_status(model::Status status);

} // namespace gatehouse::mqtt
