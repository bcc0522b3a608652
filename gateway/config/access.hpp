#pragma once
#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::config {

// Part of a day in minutes of site time. One that does not end later than it begins ends on the next day.
struct ScheduleSpan {
    int from = 0;  // 0 to 1439
    int to = 1440; // 1 to 1440
};

// What a schedule makes of a day off.
enum class HolidayRule {
    closed,    // nothing begins on it
    as_sunday, // it counts as a Sunday
    ignore     // it is a day like any other
};

// When those of a group may pass, week by week.
struct ScheduleConfig {
    std::string name;
    std::array<bool, 7> weekdays{}; // Monday first; the day on which a span begins
    std::vector<ScheduleSpan> spans;
    HolidayRule holidays = HolidayRule::ignore;
};

// Days off, and the days that are worked instead of them (调休): these count as a Monday.
struct HolidayConfig {
    std::string name;
    std::chrono::sys_days from{}; // a date of site time, as all of these
    std::chrono::sys_days to{};   // counts too
    std::vector<std::chrono::sys_days> workdays;
};

// What list entries have in common that name it.
struct GroupConfig {
    std::string name;
    std::vector<std::string> lanes;     // empty: all
    std::vector<std::string> schedules; // one of them has to be open; empty: at any time
};

// What a plate that is on no list may be taken for when it looks like one that is.
enum class CorrectedReads {
    never,          // nothing
    unique_resident // the only plate that looks like it, when it is on the list of residents
};

struct AccessConfig {
    CorrectedReads corrected_reads = CorrectedReads::never;
    double weak_character = 0.5; // 0 to 1: a character read with less confidence is in doubt; 0: none is
    std::vector<ScheduleConfig> schedules;
    std::vector<HolidayConfig> holidays;
    std::vector<GroupConfig> groups;
};

} // namespace gatehouse::config
