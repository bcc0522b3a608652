#pragma once
#include "gateway/model/command.hpp"
#include "gateway/model/envelope.hpp"
#include "protocols/mqtt/message.hpp"
#include "protocols/mqtt/topics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

// What an order is judged by.
struct OrderPolicy {
    std::string origin;                         // "mqtt:centre"
    std::vector<std::string> allowed_operators; // empty: all
    bool clock_synced = true;
    base::WallTime now{};
    std::chrono::minutes utc_offset{480};
};

// A command document as it came in. With a refusal it must not be carried out, only answered (when there is
// an address) and audited.
struct Order {
    model::Command command;
    std::string reply_to; // …/reply/<client> of this gateway, or empty
    std::string correlation;
    bool time_given = false; // the document said when it was issued
    std::optional<model::Outcome> refusal;
};

constexpr std::size_t order_size_max = payload_size_max;
constexpr std::size_t order_depth_max = 16;

// total: every input has an answer and none throws. Reads a command (protocols/mqtt-upstream.md §5) and
// refuses what needs no knowledge of the site: wrong form, limits, retained, reply address, operator.
// The deadline is the command room's to judge, which first looks whether the order is a repeat.
[[nodiscard]] Order read_order(const Incoming& incoming, const Topics& topics, const OrderPolicy& policy);

} // namespace gatehouse::mqtt
