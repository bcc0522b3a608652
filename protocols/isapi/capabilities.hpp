#pragma once
#include "protocols/isapi/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::isapi {

// What the device says it can do. Asked once for each firmware and kept in the driver's memory, because some
// firmware takes seconds to answer these questions; shown in the device's status.
class Capabilities {
public:
    explicit Capabilities(Session& session);

    // Asks what is not known of this firmware yet. Read-only.
    asio::awaitable<void> learn();
    // The commands the device's doors know, or why that cannot be said; asks when it is not known.
    asio::awaitable<base::Result<DoorCapabilities>> doors();
    // The same without asking.
    [[nodiscard]] const std::optional<DoorCapabilities>& known_doors() const { return doors_; }

private:
    asio::awaitable<base::Result<DoorCapabilities>> ask_doors();
    [[nodiscard]] std::string firmware() const { return session_.info.model + " " + session_.info.firmware; }
    void show() const;

    Session& session_;
    std::string learnt_for_; // the firmware that what follows is true of
    std::string summary_;
    std::string doors_document_;
    std::optional<DoorCapabilities> doors_;
};

} // namespace gatehouse::isapi
