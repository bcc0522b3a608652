#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_device_storage(const model::Event& event)
{
    const auto* health = std::get_if<model::DeviceHealth>(&event.body);
    if (health == nullptr || health->what != "storage") return std::nullopt;
    return lasting(!health->ok, "", "");
}

std::string device_storage_sentence(const std::string& place, const Signal&)
{
    return place + "存储已满或有故障，录像和记录可能丢失";
}

} // namespace

// The disk or card of a recorder or terminal is full or failing.
const RuleSpec device_storage{"device-storage",        "device_storage",       4, 0s,
                              classify_device_storage, device_storage_sentence};

} // namespace gatehouse::rules
