#include "protocols/isapi/active_events.hpp"

#include "gateway/model/envelope.hpp"

#include <algorithm>
#include <sstream>

namespace gatehouse::isapi {
namespace {

// Far above channels times types of the largest recorder; a device that invents types cannot fill our memory.
constexpr std::size_t conditions_max = 1024;

void set_active(model::Body& body, bool active)
{
    std::visit(
        [active](auto& what) {
            if constexpr (requires { what.active = active; })
                what.active = active;
            else if constexpr (requires { what.ok = active; })
                what.ok = !active;
        },
        body);
}

} // namespace

void ActiveEvents::begin(const std::string& key, const model::Event& event, base::MonoTime now)
{
    if (active_.size() >= conditions_max) return;
    Life life{event, now};
    life.event.pictures.clear();
    set_active(life.event.body, true);
    active_.emplace(key, std::move(life));
}

ActiveEvents::Seen ActiveEvents::observe(const std::string& key, bool active, const model::Event& event,
                                         base::MonoTime now)
{
    const auto at = active_.find(key);
    const bool known = at != active_.end();
    if (!active) {
        if (known) active_.erase(at);
        const bool told = idle_.size() >= conditions_max || !idle_.insert(key).second;
        return known || (!told && outlives(event.body)) ? Seen::over : Seen::idle;
    }
    if (known) {
        at->second.seen = now;
        return std::exchange(at->second.reported, true) ? Seen::repeat : Seen::first;
    }
    idle_.erase(key);
    begin(key, event, now);
    return Seen::first;
}

bool ActiveEvents::prolong(const std::string& key, base::MonoTime now)
{
    const auto at = active_.find(key);
    if (at == active_.end()) return false;
    at->second.seen = now;
    return true;
}

bool ActiveEvents::due(base::MonoTime then) const
{
    return std::any_of(active_.begin(), active_.end(),
                       [&](const auto& entry) { return then - entry.second.seen > clear_after_; });
}

std::vector<model::Event> ActiveEvents::expire(base::MonoTime heard)
{
    std::vector<model::Event> over;
    for (auto at = active_.begin(); at != active_.end();) {
        if (heard - at->second.seen <= clear_after_) {
            ++at;
            continue;
        }
        set_active(at->second.event.body, false);
        over.push_back(std::move(at->second.event));
        if (idle_.size() < conditions_max) idle_.insert(at->first);
        at = active_.erase(at);
    }
    return over;
}

void ActiveEvents::resume(base::MonoTime now)
{
    for (auto& [key, life] : active_)
        life.seen = now;
}

void ActiveEvents::forget(const std::string& key, bool active, const model::Event& event, base::MonoTime now)
{
    if (active) {
        active_.erase(key);
        return;
    }
    idle_.erase(key);
    begin(key, event, now);
}

bool ActiveEvents::outlives(const model::Body& body)
{
    return !std::holds_alternative<model::Detection>(body);
}

std::string ActiveEvents::save() const
{
    std::string text;
    for (const auto& [key, life] : active_)
        if (outlives(life.event.body))
            text +=
                key + '\t' + model::type_of(life.event.body) + '\t' + model::data_json(life.event, {}) + '\n';
    return text;
}

void ActiveEvents::load(std::string_view text, base::MonoTime now)
{
    std::istringstream lines{std::string(text)};
    std::string key, type, data;
    while (std::getline(lines, key, '\t') && std::getline(lines, type, '\t') && std::getline(lines, data)) {
        auto event = model::event_from_data(type, data);
        if (!event || active_.size() >= conditions_max) continue;
        active_.emplace(key, Life{std::move(*event), now, false});
    }
}

} // namespace gatehouse::isapi
