#include "gateway/config/access_reader.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/config/day_span.hpp"
#include "gateway/config/nearest.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace gatehouse::config {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr days holiday_max{60}; // the longest leave; more is a slip of the year

// "22:00-06:00"
std::optional<ScheduleSpan> span_of(std::string_view text)
{
    if (text.size() != 11 || text[5] != '-') return std::nullopt;
    const auto from = parse_day_time(text.substr(0, 5));
    const auto to = parse_day_time(text.substr(6));
    constexpr std::chrono::minutes day{24 * 60};
    if (!from || !to || *from == day || *from == *to) return std::nullopt;
    const auto minutes = [](std::chrono::minutes time) { return static_cast<int>(time.count()); };
    return ScheduleSpan{minutes(*from), minutes(*to == std::chrono::minutes(0) ? day : *to)};
}

// "2026-10-01"
std::optional<sys_days> date_of(std::string_view text)
{
    if (text.size() != 10) return std::nullopt;
    const auto parsed = base::parse_time(std::string(text) + "T00:00:00", std::chrono::minutes(0));
    if (!parsed) return std::nullopt;
    return std::chrono::floor<days>(parsed->time);
}

std::optional<sys_days> read_date(Table& table, std::string_view key)
{
    const auto text = table.required_text(key);
    const auto date = date_of(text);
    if (!date && !text.empty()) table.issue(key, "is not a date; right would be such as \"2026-10-01\"");
    return date;
}

template <class Named>
bool is_there(const std::vector<Named>& all, const std::string& name)
{
    return std::any_of(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
}

// The name of a table of which no other may have the same.
template <class Named>
std::string read_name(Table& table, const std::vector<Named>& earlier)
{
    auto name = table.id("name");
    if (!name.empty() && is_there(earlier, name))
        table.issue("name", "\"" + name + "\" stands above already");
    return name;
}

ScheduleConfig read_schedule(Table& table, const std::vector<ScheduleConfig>& earlier)
{
    ScheduleConfig schedule;
    schedule.name = read_name(table, earlier);
    if (!table.has("weekdays")) schedule.weekdays.fill(true);
    for (const auto& text : table.texts("weekdays")) {
        const auto day = std::find(day_names.begin(), day_names.end(), text);
        if (day == day_names.end())
            table.issue("weekdays",
                        "\"" + text + "\" is no day; right would be mon, tue, wed, thu, fri, sat or sun");
        else
            schedule.weekdays.at(static_cast<std::size_t>(day - day_names.begin())) = true;
    }
    for (const auto& text : table.texts("spans")) {
        if (const auto span = span_of(text))
            schedule.spans.push_back(*span);
        else
            table.issue("spans", "\"" + text +
                                     "\" is no part of a day; right would be such as "
                                     "\"07:00-19:00\", or \"22:00-06:00\" over midnight");
    }
    if (!table.has("spans")) schedule.spans.push_back({});
    const auto rule = table.one_of("holidays", {"closed", "as sunday", "ignore"}, "ignore");
    if (rule == "closed") schedule.holidays = HolidayRule::closed;
    if (rule == "as sunday") schedule.holidays = HolidayRule::as_sunday;
    table.finish();
    return schedule;
}

HolidayConfig read_holiday(Table& table)
{
    HolidayConfig holiday;
    holiday.name = table.text("name");
    const auto from = read_date(table, "from");
    const auto to = table.has("to") ? read_date(table, "to") : from;
    if (from && to) {
        holiday.from = *from;
        holiday.to = *to;
        if (*to < *from) table.issue("to", "lies before from");
        if (*to - *from > holiday_max) table.issue("to", "lies more than 60 days behind from");
    }
    for (const auto& text : table.texts("workdays")) {
        if (const auto day = date_of(text))
            holiday.workdays.push_back(*day);
        else
            table.issue("workdays", "\"" + text + "\" is not a date; right would be such as \"2026-10-10\"");
    }
    table.finish();
    return holiday;
}

void check_names(Table& table, std::string_view key, std::string_view what,
                 const std::vector<std::string>& used, const std::vector<std::string>& known)
{
    for (const auto& name : used) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto meant = nearest(name, known);
        table.issue(key, "there is no " + std::string(what) + " \"" + name + "\"" +
                             (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
    }
}

GroupConfig read_group(Table& table, const AccessConfig& access, const std::vector<LaneConfig>& lanes)
{
    GroupConfig group;
    group.name = read_name(table, access.groups);
    group.lanes = table.texts("lanes");
    group.schedules = table.texts("schedules");
    std::vector<std::string> known_lanes;
    for (const auto& lane : lanes)
        known_lanes.push_back(lane.id);
    std::vector<std::string> known_schedules;
    for (const auto& schedule : access.schedules)
        known_schedules.push_back(schedule.name);
    check_names(table, "lanes", "lane", group.lanes, known_lanes);
    check_names(table, "schedules", "schedule", group.schedules, known_schedules);
    table.finish();
    return group;
}

} // namespace

AccessConfig read_access(Table& root, const std::vector<LaneConfig>& lanes)
{
    AccessConfig access;
    auto plates = root.table("access");
    if (plates.one_of("corrected_reads", {"never", "unique-resident"}, "never") == "unique-resident")
        access.corrected_reads = CorrectedReads::unique_resident;
    access.weak_character = plates.number("weak_character", access.weak_character, 0, 1);
    plates.finish();
    for (auto& table : root.tables("schedule"))
        access.schedules.push_back(read_schedule(table, access.schedules));
    for (auto& table : root.tables("holiday"))
        access.holidays.push_back(read_holiday(table));
    for (auto& table : root.tables("group"))
        access.groups.push_back(read_group(table, access, lanes));
    return access;
}

} // namespace gatehouse::config
