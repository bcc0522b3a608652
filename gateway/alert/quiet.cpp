#include "gateway/alert/quiet.hpp"

#include <algorithm>

namespace gatehouse::alert {
namespace {

bool names(const std::string& wanted, const std::string& actual)
{
    return wanted.empty() || wanted == actual;
}

bool names(const std::vector<std::string>& wanted, const std::string& actual)
{
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), actual) != wanted.end();
}

bool is_day_of(const config::MaintenanceConfig& window, std::chrono::sys_days day)
{
    if (window.date) return *window.date == day;
    return (window.weekdays & (1U << (std::chrono::weekday(day).iso_encoding() - 1))) != 0;
}

} // namespace

bool is_within(const config::MaintenanceConfig& window, WallTime now, std::chrono::minutes utc_offset)
{
    const auto local = now + utc_offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const auto time = std::chrono::floor<std::chrono::minutes>(local - day);
    if (window.from < window.to) return is_day_of(window, day) && window.from <= time && time < window.to;
    // Over midnight: the day is the one on which the window opens.
    const auto yesterday = day - std::chrono::days(1);
    return (is_day_of(window, day) && time >= window.from) ||
           (is_day_of(window, yesterday) && time < window.to);
}

void Quiet::use(std::vector<config::MaintenanceConfig> windows, std::chrono::minutes utc_offset)
{
    windows_ = std::move(windows);
    utc_offset_ = utc_offset;
}

base::Result<model::Silence> Quiet::add(model::Silence silence, WallTime now)
{
    const bool names_something = !silence.kind.empty() || !silence.device.empty() || !silence.lane.empty();
    if (silence.author.empty() || silence.reason.empty() || !names_something) return base::Errc::bad_input;
    if (silence.until <= now || silence.until > now + longest) return base::Errc::bad_input;
    forget_ended(now);
    if (silences_.size() >= silences_max) return base::Errc::overloaded;
    silence.from = now;
    silences_.push_back(silence);
    return silence;
}

base::Result<model::Silence> Quiet::end(const std::string& id, WallTime now)
{
    const auto found = std::find_if(silences_.begin(), silences_.end(),
                                    [&id](const model::Silence& silence) { return silence.id == id; });
    if (found == silences_.end() || found->until <= now) return base::Errc::not_found;
    auto stopped = *found;
    stopped.until = now;
    silences_.erase(found);
    return stopped;
}

void Quiet::forget_ended(WallTime now)
{
    std::erase_if(silences_, [now](const model::Silence& silence) { return silence.until <= now; });
}

std::string Quiet::why(const model::Alert& alert, WallTime now) const
{
    for (const auto& silence : silences_) {
        if (silence.until <= now || (alert.severity == 1 && silence.kind != alert.kind)) continue;
        if (names(silence.kind, alert.kind) && names(silence.device, alert.device) &&
            names(silence.lane, alert.lane))
            return "静默（" + silence.author + "）：" + silence.reason;
    }
    for (const auto& window : windows_) {
        if (alert.severity == 1 && window.kinds.empty()) continue;
        if (names(window.kinds, alert.kind) && names(window.devices, alert.device) &&
            names(window.lanes, alert.lane) && is_within(window, now, utc_offset_))
            return "维护窗口：" + window.name;
    }
    if (alert.severity > 1 && disarmed_ && disarmed_(alert)) return "已撤防";
    return {};
}

} // namespace gatehouse::alert
