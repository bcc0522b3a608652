#include "protocols/isapi/active_events.hpp"

namespace gatehouse::isapi {
namespace {

// Far above channels times types of the largest recorder; a device that invents types cannot fill our memory.
constexpr std::size_t conditions_max = 1024;

} // namespace

bool ActiveEvents::set_active(model::Body& body, bool active)
{
    return std::visit(
        [active](auto& what) {
            if constexpr (requires { what.active = active; }) {
                what.active = active;
                return true;
            } else {
                return false;
            }
        },
        body);
}

std::optional<bool> ActiveEvents::active_of(const model::Body& body)
{
    return std::visit(
        [](const auto& what) -> std::optional<bool> {
            if constexpr (requires { what.active; })
                return what.active;
            else
                return std::nullopt;
        },
        body);
}

ActiveEvents::Seen ActiveEvents::observe(const std::string& key, bool active, const model::Event& event,
                                         base::MonoTime now)
{
    const auto at = active_.find(key);
    if (!active) {
        if (at == active_.end()) return Seen::idle;
        active_.erase(at);
        return Seen::over;
    }
    if (at != active_.end()) {
        // Silence that nobody swept yet ends the old life all the same.
        const bool repeat = now - at->second.seen <= clear_after_;
        at->second.seen = now;
        return repeat ? Seen::repeat : Seen::first;
    }
    if (active_.size() >= conditions_max) return Seen::first;
    Life life{event, now};
    life.event.pictures.clear();
    active_.emplace(key, std::move(life));
    return Seen::first;
}

bool ActiveEvents::prolong(const std::string& key, base::MonoTime now)
{
    const auto at = active_.find(key);
    if (at == active_.end()) return false;
    at->second.seen = now;
    return true;
}

std::vector<model::Event> ActiveEvents::expire(base::MonoTime now)
{
    std::vector<model::Event> over;
    for (auto at = active_.begin(); at != active_.end();) {
        if (now - at->second.seen <= clear_after_) {
            ++at;
            continue;
        }
        set_active(at->second.event.body, false);
        over.push_back(std::move(at->second.event));
        at = active_.erase(at);
    }
    return over;
}

} // namespace gatehouse::isapi
