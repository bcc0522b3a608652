#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/onvif/xml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::onvif {

enum class Operation { none, initialized, changed, deleted };

// One wsnt:NotificationMessage (sheet §5), of a pull or of a metadata stream.
struct Notification {
    struct Item {
        std::string name;
        std::string value;
    };
    // Without tns1 and without the prefixes of unnamed makers: "Device/Trigger/tnshik:AlarmIn",
    // "tnsaxis:Storage/Alert". A prefix in it stands for the maker's namespace, however the device wrote it.
    std::string topic;
    std::optional<base::WallTime> time;
    std::string time_text; // as it came, for the key of a record
    Operation operation = Operation::none;
    std::vector<Item> source; // with the items of Key
    std::vector<Item> data;

    // The value of the first item whose name is this, ignoring letter case; empty: there is none.
    [[nodiscard]] std::string of_source(std::string_view name) const;
    [[nodiscard]] std::string of_data(std::string_view name) const;
    // Topic and sources: what a property is known by.
    [[nodiscard]] std::string property() const;
};

struct Notifications {
    std::vector<Notification> messages;
    std::size_t flawed = 0; // without a topic or without a message
    std::size_t beyond = 0; // more than we take from one answer
};

// All that stand anywhere below `node`, in order. total.
[[nodiscard]] Notifications read_notifications(pugi::xml_node node);

} // namespace gatehouse::onvif
