#include "gateway/health/uptime.hpp"

#include <algorithm>

namespace gatehouse::health {
namespace {

std::chrono::milliseconds overlap(const TimeSpan& one, const TimeSpan& other)
{
    const auto from = std::max(one.first, other.first);
    const auto to = std::min(one.second, other.second);
    return std::max(std::chrono::milliseconds(0), to - from);
}

} // namespace

std::optional<double> Uptime::rate() const
{
    if (planned.count() <= 0) return std::nullopt;
    return static_cast<double>(up.count()) / static_cast<double>(planned.count());
}

void UptimeTally::observe(const model::Event& event)
{
    if (const auto* link = std::get_if<model::DeviceLink>(&event.body)) {
        if (link->state == model::LinkState::up)
            up_since_.try_emplace(event.device, event.received_at);
        else
            end(event.device, event.received_at);
    }
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (notice == nullptr || (notice->what != "stopping" && notice->what != "started")) return;
    while (!up_since_.empty())
        end(std::string(up_since_.begin()->first), event.received_at);
}

void UptimeTally::end(const std::string& device, base::WallTime at)
{
    const auto since = up_since_.find(device);
    if (since == up_since_.end()) return;
    up_[device].emplace_back(since->second, at);
    up_since_.erase(since);
}

// The span without what is excluded.
std::vector<TimeSpan> UptimeTally::counted(const std::string& device) const
{
    std::vector<TimeSpan> left{span_};
    const auto excluded = excluded_.find(device);
    if (excluded == excluded_.end()) return left;
    for (const auto& [from, to] : excluded->second) {
        std::vector<TimeSpan> rest;
        for (const auto& part : left) {
            const TimeSpan before{part.first, std::min(part.second, from)};
            const TimeSpan behind{std::max(part.first, to), part.second};
            for (const auto& one : {before, behind})
                if (one.first < one.second) rest.push_back(one);
        }
        left = std::move(rest);
    }
    return left;
}

std::vector<Uptime> UptimeTally::report() const
{
    std::vector<Uptime> made;
    for (const auto& device : devices_) {
        Uptime uptime;
        uptime.device = device;
        std::vector<TimeSpan> up;
        if (const auto known = up_.find(device); known != up_.end()) up = known->second;
        if (const auto open = up_since_.find(device); open != up_since_.end())
            up.emplace_back(open->second, span_.second);
        for (const auto& part : counted(device)) {
            uptime.planned += part.second - part.first;
            for (const auto& one : up)
                uptime.up += overlap(part, one);
        }
        made.push_back(std::move(uptime));
    }
    return made;
}

} // namespace gatehouse::health
