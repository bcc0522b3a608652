// gatehouse-decisions: how long a decision takes from memory, with as many list entries as a site may have
// (100,000), groups with hours and a third of them on two lists. Prints one JSON line. run.py starts it and
// judges.
#include "gateway/access/directory.hpp"
#include "gateway/base/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iostream>

namespace {

using namespace gatehouse;

constexpr std::size_t entries = 100'000;
constexpr std::size_t asked = 200'000;
constexpr std::chrono::minutes site_time{480};

double microseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::string plate(std::size_t number)
{
    return fmt::format("沪A{:05}", number);
}

std::vector<store::Credential> lists()
{
    std::vector<store::Credential> all(entries);
    for (std::size_t i = 0; i < entries; ++i) {
        all[i].value = plate(i % (entries * 3 / 4));
        all[i].list = i % 50 == 0 ? "deny" : i < entries / 2 ? "resident" : "visitor";
        if (i % 3 == 0) all[i].group = "staff";
    }
    return all;
}

access::Policy hours()
{
    config::ScheduleConfig schedule;
    schedule.name = "by-day";
    schedule.weekdays.fill(true);
    schedule.spans = {{7 * 60, 19 * 60}, {22 * 60, 6 * 60}};
    schedule.holidays = config::HolidayRule::closed;
    config::AccessConfig access;
    access.schedules = {schedule};
    access.groups = {{"staff", {"east-in"}, {"by-day"}}};
    return access::Policy(std::move(access), {}, site_time);
}

} // namespace

int main()
{
    access::Directory directory(site_time);
    directory.load(lists());
    directory.use(hours());
    base::Random random(1);
    std::vector<double> took;
    took.reserve(asked);
    std::size_t opened = 0;
    for (std::size_t i = 0; i < asked; ++i) {
        const auto value = plate(random.next() % entries); // a quarter is on no list
        const base::WallTime at(std::chrono::hours(500'000) + std::chrono::minutes(random.next() % 10'000));
        const auto begun = microseconds();
        const auto decision = directory.decide_plate("east-in", value, at);
        took.push_back(microseconds() - begun);
        opened += decision.result == model::Decision::Result::open ? 1U : 0U;
    }
    std::sort(took.begin(), took.end());
    std::cout << fmt::format(
        "{{\"entries\":{},\"opened\":{},\"p50_us\":{:.2f},\"p99_us\":{:.2f},\"p999_us\":{:.2f}}}\n", entries,
        opened, took[asked / 2], took[asked * 99 / 100], took[asked * 999 / 1000]);
    return opened > 0 && opened < asked ? 0 : 1;
}
