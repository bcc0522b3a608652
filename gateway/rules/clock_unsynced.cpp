#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_clock_unsynced(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "clock") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string clock_unsynced_sentence(const std::string& place, const Signal&)
{
    return place + "自身时钟未同步";
}

} // namespace

// The gateway's own clock is not kept by a time service (pains 18).
const RuleSpec clock_unsynced{"clock-unsynced",        "clock_unsynced",       4, 5min,
                              classify_clock_unsynced, clock_unsynced_sentence};

} // namespace gatehouse::rules
