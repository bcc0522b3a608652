#include "protocols/mqtt/order.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/order_life.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace gatehouse::mqtt {
namespace {

namespace json = boost::json;
using model::Outcome;
using model::Status;

constexpr std::size_t text_max = 256;
constexpr std::size_t args_max = 64;

struct Refuse {
    Order& order;
    base::WallTime now;

    // The first reason stands.
    void operator()(Status status, std::string code, std::string text) const
    {
        if (order.refusal) return;
        order.refusal = Outcome{
            .status = status, .code = std::move(code), .text = std::move(text), .took_ms = -1, .at = now};
    }
    void bad(std::string text) const { (*this)(Status::rejected, "bad_arguments", std::move(text)); }
};

const json::object* object_in(const json::object& parent, std::string_view name)
{
    const auto* value = parent.if_contains(name);
    return value ? value->if_object() : nullptr;
}

// The member as text; missing, of another kind or longer than allowed: empty and a refusal when it is there.
std::string text_in(const json::object& parent, std::string_view name, const Refuse& refuse)
{
    const auto* value = parent.if_contains(name);
    if (!value || value->is_null()) return {};
    const auto* text = value->if_string();
    if (!text || text->size() > text_max) {
        refuse.bad(std::string(name) + " must be a text of at most 256 bytes");
        return {};
    }
    return {text->data(), text->size()};
}

std::optional<base::WallTime> time_in(const json::object& parent, std::string_view name,
                                      const OrderPolicy& policy, const Refuse& refuse)
{
    const auto text = text_in(parent, name, refuse);
    if (text.empty()) return std::nullopt;
    const auto parsed = base::parse_time(text, policy.utc_offset);
    if (!parsed) {
        refuse.bad(std::string(name) + " is not an RFC 3339 time");
        return std::nullopt;
    }
    return parsed->time;
}

bool is_command_id(std::string_view text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == ':';
    };
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

void read_args(const json::object& args, model::Command& command, const Refuse& refuse)
{
    if (args.size() > args_max) return refuse.bad("more than 64 arguments");
    for (const auto& member : args) {
        const std::string name(member.key());
        const auto& value = member.value();
        if (name == "output") {
            const auto* number = value.if_int64();
            if (!number || *number < 1 || *number > 255)
                return refuse.bad("output must be a number from 1 to 255");
            command.output = static_cast<int>(*number);
        } else if (name == "device" || name == "lane") {
            const auto text = text_in(args, name, refuse);
            if (!is_segment(text)) return refuse.bad(name + " must be an id of the configuration");
            (name == "device" ? command.device : command.lane) = text;
        } else if (const auto* text = value.if_string()) {
            command.args.emplace(name, std::string(text->data(), text->size()));
        } else {
            command.args.emplace(name, json::serialize(value));
        }
    }
}

void check_target(const model::Command& command, const Refuse& refuse)
{
    using model::Action;
    // Without one, arm and disarm mean the site.
    const bool needs_target = model::moves_metal(command.action) || command.action == Action::snapshot;
    if (needs_target && command.device.empty() && command.lane.empty())
        refuse.bad("args.device or args.lane says which one; neither is there");
    if (!command.device.empty() && !command.lane.empty()) refuse.bad("args.device or args.lane, not both");
}

// Members of the CloudEvent, from the id to the deadline.
void read_document(const json::object& root, std::string_view topic_name, const OrderPolicy& policy,
                   Order& order, const Refuse& refuse)
{
    auto& command = order.command;
    const auto id = text_in(root, "id", refuse);
    if (is_command_id(id))
        command.id = id;
    else
        refuse.bad("id must be 1 to 64 letters, digits or - _ . :");
    if (text_in(root, "specversion", refuse) != "1.0") refuse.bad("specversion must be 1.0");
    if (text_in(root, "type", refuse) != "cn.gatehouse.cmd." + std::string(topic_name) + ".v1")
        refuse.bad("type does not fit the topic: cn.gatehouse.cmd." + std::string(topic_name) +
                   ".v1 expected");
    const auto issued = time_in(root, "time", policy, refuse);
    command.issued_at = issued.value_or(policy.now);
    order.time_given = issued.has_value();
    const auto* data = object_in(root, "data");
    if (!data) return refuse.bad("data must be an object");
    command.operator_name = text_in(*data, "operator", refuse);
    command.reason = text_in(*data, "reason", refuse);
    command.expires = time_in(*data, "expires", policy, refuse).value_or(base::WallTime{});
    if (order.reply_to.empty()) order.reply_to = text_in(*data, "replyto", refuse);
    if (const auto* args = object_in(*data, "args"))
        read_args(*args, command, refuse);
    else if (data->contains("args"))
        refuse.bad("data.args must be an object");
}

// Whether anybody can tell how long the order has been on its way (§5, §9.6). With a clock that nobody keeps
// it must not have waited at the broker, and its sender's clock must agree with ours. With a kept clock it is
// live or says when it was issued; a movement that says neither counts only by a deadline that is near.
bool age_known(const Order& order, bool live, const OrderPolicy& policy)
{
    constexpr auto agreement = std::chrono::seconds(30);
    const auto& command = order.command;
    const auto age = policy.now - command.issued_at;
    const bool issued = order.time_given && -age <= agreement; // a time to come says nothing of the past
    if (!policy.clock_synced) return live && issued && age <= agreement;
    if (live || issued || !model::moves_metal(command.action)) return true;
    return command.expires != base::WallTime{} && command.expires - policy.now <= model::metal_life_max;
}

} // namespace

Order read_order(const Incoming& incoming, const Topics& topics, const OrderPolicy& policy)
{
    Order order;
    order.command.origin = policy.origin;
    order.command.issued_at = policy.now;
    order.reply_to = incoming.response_topic;
    order.correlation = incoming.correlation;
    const Refuse refuse{order, policy.now};

    const auto name = topics.command_of(incoming.topic);
    if (incoming.retained) refuse(Status::rejected, "retained", "orders must not be retained");
    if (!model::parse_action(name, order.command.action))
        refuse(Status::rejected, "unknown_command", "no such command");
    if (incoming.too_large || incoming.payload.size() > order_size_max) {
        refuse(Status::rejected, "too_large", "the order is larger than 64 KiB");
    } else {
        boost::system::error_code error;
        json::parse_options limits;
        limits.max_depth = order_depth_max;
        const auto document = json::parse(incoming.payload, error, {}, limits);
        const auto* root = error ? nullptr : document.if_object();
        if (root)
            read_document(*root, name, policy, order, refuse);
        else
            refuse.bad("not a JSON object of at most 16 levels");
    }
    if (!order.refusal) check_target(order.command, refuse);
    if (!order.reply_to.empty() && !topics.is_reply(order.reply_to)) {
        order.reply_to.clear();
        refuse(Status::rejected, "reply_topic", "replies go to this gateway's own reply topics only");
    }
    const auto& allowed = policy.allowed_operators;
    if (!allowed.empty() &&
        std::find(allowed.begin(), allowed.end(), order.command.operator_name) == allowed.end())
        refuse(Status::rejected, "not_authorised", "this operator may not give orders here");
    order.command.age_known = age_known(order, incoming.live, policy);
    return order;
}

} // namespace gatehouse::mqtt
