#include "tests/peers/peer_world.hpp"

#include <fmt/format.h>

namespace gatehouse::peers {
namespace {

bool is_of(const proof::Delivery& delivery, const std::string& device, const std::string& kind)
{
    return delivery.source == device && delivery.type.find("." + kind + ".") != std::string::npos;
}

} // namespace

void PeerWorld::begin(const std::string& devices)
{
    gateway.configure(devices);
    broker.start();
    ASSERT_TRUE(until([&] { return centre.subscribed(); }, 10s));
    if (estate) estate->start();
    gateway.launch();
    ASSERT_TRUE(ready(10s)) << proof::read_text(gateway.log_file());
    // An order that comes before the gateway listens reaches nobody.
    ASSERT_TRUE(until([&] { return proof::upstream_link(gateway.status()) == "up"; }, 20s));
}

std::string PeerWorld::link(const std::string& device) const
{
    return proof::device_link(gateway.status(), device);
}

std::string PeerWorld::why(const std::string& device) const
{
    const auto status = gateway.status();
    if (!status.is_object()) return {};
    for (const auto& entry : status.at("devices").as_array())
        if (entry.at("id").as_string() == device && entry.as_object().contains("why"))
            return std::string(entry.at("why").as_string());
    return {};
}

bool PeerWorld::up(const std::string& device, Milliseconds limit)
{
    return until([&] { return link(device) == "up"; }, limit);
}

proof::Reply PeerWorld::order(const std::string& name, const std::string& device)
{
    proof::OrderText text;
    text.id = proof::order_id();
    text.name = name;
    text.device = device;
    text.lasts = 10s;
    centre.publish(proof::order_topic(name), proof::order_document(text));
    proof::Reply reply;
    (void)until(
        [&] {
            reply = centre.reply_to(text.id).value_or(proof::Reply());
            return !reply.command.empty() && reply.final;
        },
        15s);
    return reply;
}

std::size_t PeerWorld::count(const std::string& device, const std::string& kind) const
{
    std::size_t found = 0;
    for (const auto& delivery : centre.deliveries())
        found += is_of(delivery, device, kind) ? 1 : 0;
    return found;
}

std::string PeerWorld::next(const std::string& device, const std::string& kind, std::size_t before)
{
    (void)until([&] { return count(device, kind) > before; }, 10s);
    if (count(device, kind) <= before) return {};
    std::string newest;
    for (const auto& delivery : centre.deliveries())
        if (is_of(delivery, device, kind)) newest = delivery.data;
    return newest;
}

std::string PeerWorld::story() const
{
    std::string text;
    for (const auto& delivery : centre.deliveries())
        text += fmt::format("{} {} {}\n", delivery.source, delivery.type, delivery.data);
    return text;
}

} // namespace gatehouse::peers
