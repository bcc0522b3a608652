// links: gatehouse_mqtt
#include "protocols/mqtt/documents.hpp"
#include "protocols/mqtt/order.hpp"

#include <cstdlib>

using namespace gatehouse;

// The first line is the command's name, the rest the payload. Whatever comes in: an order that may be carried
// out has an id and answers only to this gateway's own reply topics.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto line = text.find('\n');
    const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
    const mqtt::Topics topics(names);
    mqtt::Incoming incoming;
    incoming.topic = "gh/v1/zjd-001/gw1/cmd/" + text.substr(0, line);
    if (line != std::string::npos) incoming.payload = text.substr(line + 1);
    mqtt::OrderPolicy policy;
    policy.origin = "mqtt:centre";
    policy.now = base::WallTime(std::chrono::milliseconds(1'767'225'600'000));
    const auto order = mqtt::read_order(incoming, topics, policy);
    if (!order.refusal && order.command.id.empty()) std::abort();
    if (!order.reply_to.empty() && !topics.is_reply(order.reply_to)) std::abort();
    const mqtt::Stamp stamp{.id = "01KDVZ0000000000000000ST01", .at = policy.now};
    const auto outcome = order.refusal.value_or(model::Outcome{});
    (void)mqtt::reply_document(
        names, stamp, {.command_id = order.command.id, .device = order.command.device, .outcome = outcome});
    return 0;
}
