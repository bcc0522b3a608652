#include "gateway/command/arming.hpp"

namespace gatehouse::command {
namespace {

constexpr auto owner = "gateway"; // of the memory
constexpr std::string_view prefix = "arming/";
constexpr auto disarmed_word = "disarmed";

std::string part_of(const model::Command& order)
{
    if (!order.lane.empty()) return "lane/" + order.lane;
    return order.device.empty() ? "site" : "device/" + order.device;
}

} // namespace

Arming::Arming(store::Store& store, base::Clock& clock) : store_(store), clock_(clock) {}

asio::awaitable<base::Result<void>> Arming::load()
{
    const auto memory = co_await store_.memory(owner);
    if (!memory) co_return memory.error();
    for (const auto& [key, value] : *memory)
        if (key.starts_with(prefix) && value == disarmed_word) disarmed_.insert(key.substr(prefix.size()));
    co_return base::Result<void>();
}

asio::awaitable<model::Outcome> Arming::carry_out(model::Command order)
{
    const bool arm = order.action == model::Action::arm;
    const auto part = part_of(order);
    store::Change change;
    change.memory.push_back({owner, std::string(prefix) + part, arm ? "" : disarmed_word});
    const auto kept = co_await store_.commit(std::move(change));
    model::Outcome outcome;
    outcome.at = clock_.wall();
    if (!kept) {
        outcome.code = "store";
        outcome.text = "the state could not be kept, and is as it was: " + kept.error().message();
        co_return outcome;
    }
    if (arm)
        disarmed_.erase(part);
    else
        disarmed_.insert(part);
    outcome.status = model::Status::confirmed;
    outcome.text = part + (arm ? " is armed" : " is disarmed");
    co_return outcome;
}

bool Arming::armed(const std::string& device, const std::string& lane) const
{
    return !disarmed_.contains("site") && (lane.empty() || !disarmed_.contains("lane/" + lane)) &&
           (device.empty() || !disarmed_.contains("device/" + device));
}

} // namespace gatehouse::command
