// links: gatehouse_mqtt
#include "gateway/model/order_life.hpp"
#include "protocols/mqtt/documents.hpp"
#include "protocols/mqtt/order.hpp"

#include <cstdlib>

using namespace gatehouse;

namespace {

// How the message came, from the bits of one letter of the first line: "barrier-open" alone is live and
// clean.
mqtt::Incoming incoming_of(const std::string& head, std::string payload, mqtt::OrderPolicy& policy)
{
    const auto at = head.find(' ');
    const unsigned bits =
        at == std::string::npos || at + 1 >= head.size() ? 0U : static_cast<unsigned char>(head[at + 1]);
    mqtt::Incoming incoming;
    incoming.topic = "gh/v1/zjd-001/gw1/cmd/" + head.substr(0, at);
    incoming.payload = std::move(payload);
    incoming.retained = (bits & 1U) != 0;
    incoming.live = (bits & 2U) == 0;
    incoming.too_large = (bits & 4U) != 0;
    policy.clock_synced = (bits & 8U) == 0;
    if ((bits & 16U) != 0) policy.allowed_operators = {"duty-3"};
    if (at != std::string::npos && at + 2 < head.size()) incoming.response_topic = head.substr(at + 2);
    return incoming;
}

// An order that moves metal and may be carried out is of an age that somebody knows, or counts for minutes
// only.
bool may_lie_in_wait(const mqtt::Order& order, const mqtt::Incoming& incoming,
                     const mqtt::OrderPolicy& policy)
{
    const auto& command = order.command;
    if (!model::moves_metal(command.action) || !command.age_known || incoming.live) return false;
    const bool dated = order.time_given && command.issued_at - policy.now <= std::chrono::seconds(30);
    const bool near =
        command.expires != base::WallTime{} && command.expires - policy.now <= model::metal_life_max;
    return !policy.clock_synced || (!dated && !near);
}

} // namespace

// The first line is the command's name, a letter whose bits say how the message came and its response topic;
// the rest is the payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto line = text.find('\n');
    const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
    const mqtt::Topics topics(names);
    mqtt::OrderPolicy policy;
    policy.origin = "mqtt:centre";
    policy.now = base::WallTime(std::chrono::milliseconds(1'767'225'600'000));
    const auto incoming = incoming_of(
        text.substr(0, line), line == std::string::npos ? std::string() : text.substr(line + 1), policy);
    const auto order = mqtt::read_order(incoming, topics, policy);
    if (!order.refusal && (order.command.id.empty() || incoming.retained || incoming.too_large)) std::abort();
    if (!order.refusal && may_lie_in_wait(order, incoming, policy)) std::abort();
    if (!order.reply_to.empty() && !topics.is_reply(order.reply_to)) std::abort();
    const mqtt::Stamp stamp{.id = "01KDVZ0000000000000000ST01", .at = policy.now};
    const auto outcome = order.refusal.value_or(model::Outcome{});
    (void)mqtt::reply_document(
        names, stamp, {.command_id = order.command.id, .device = order.command.device, .outcome = outcome});
    return 0;
}
