#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_notify_down(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "notify") return std::nullopt;
    const auto name_end = notice->detail.find(':');
    const auto why = notice->detail.find_first_not_of(": ", name_end);
    return lasting(!notice->ok, notice->detail.substr(0, name_end),
                   why == std::string::npos ? "" : notice->detail.substr(why));
}

std::string notify_down_sentence(const std::string&, const Signal& signal)
{
    return "值班通知渠道" + signal.part + "异常" + (signal.why.empty() ? "" : "：" + signal.why);
}

} // namespace

// A staff channel that has stopped, cannot be reached or gave a message up. It is told when it is meant: the
// channel itself knows how long it has been silent.
const RuleSpec notify_down{"notify-down", "notify_down", 3, 0s, classify_notify_down, notify_down_sentence};

} // namespace gatehouse::rules
