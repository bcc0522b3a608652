#include "protocols/mqtt/device_states.hpp"

#include <sstream>

namespace gatehouse::mqtt {
namespace {

constexpr auto refresh_every = std::chrono::minutes(5);

// Not the times: they change all the while, and the refresh brings them.
std::string shown_of(const device::DeviceStatus& status)
{
    const auto link = std::to_string(static_cast<int>(status.link));
    return link + '\n' + status.why + '\n' + status.model + '\n' + status.firmware + '\n' +
           (status.clock_trusted ? "trusted" : "");
}

} // namespace

void DeviceStates::begin(const std::string& retained)
{
    states_.clear();
    open_ = 0;
    refresh_due_ = {};
    std::istringstream ids(retained);
    for (std::string id; ids >> id;)
        states_.try_emplace(id);
}

void DeviceStates::look(const Devices& devices, base::MonoTime now)
{
    const bool refresh = now >= refresh_due_;
    if (refresh) refresh_due_ = now + refresh_every;
    for (auto& [id, state] : states_)
        state.gone = true;
    for (const auto& [id, status] : devices) {
        auto& state = states_[id];
        state.gone = false;
        auto shown = shown_of(status);
        if (refresh || state.shown != shown) state.due = true;
        state.shown = std::move(shown);
    }
    for (auto& [id, state] : states_)
        if (state.gone && (refresh || !state.shown.empty())) {
            state.due = true;
            state.shown.clear();
        }
}

std::string DeviceStates::retained() const
{
    std::string ids;
    for (const auto& [id, state] : states_)
        ids.append(ids.empty() ? "" : " ").append(id);
    return ids;
}

std::optional<DeviceStates::Due> DeviceStates::take()
{
    for (auto& [id, state] : states_) {
        if (!state.due || state.open) continue;
        state.due = false;
        state.open = true;
        ++open_;
        return Due{id, state.gone};
    }
    return std::nullopt;
}

// What was refused is tried again with the next refresh.
void DeviceStates::settled(const std::string& device, bool accepted)
{
    const auto found = states_.find(device);
    if (found == states_.end() || !found->second.open) return; // an answer of a link before this one
    auto& state = found->second;
    state.open = false;
    --open_;
    // Due: it went while its last document was on its way.
    if (state.gone && accepted && !state.due) states_.erase(found);
}

} // namespace gatehouse::mqtt
