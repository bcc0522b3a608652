#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_upstream_down(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "upstream") return std::nullopt;
    const auto name_end = notice->detail.find(':');
    const auto why = notice->detail.find_first_not_of(": ", name_end);
    return lasting(!notice->ok, notice->detail.substr(0, name_end),
                   why == std::string::npos ? "" : notice->detail.substr(why));
}

std::string upstream_down_sentence(const std::string&, const Signal& signal)
{
    return "上级平台" + signal.part + "连接中断" + (signal.why.empty() ? "" : "：" + signal.why);
}

} // namespace

// An upstream that cannot be reached, or takes nothing. The notice's detail is its name, a colon and the
// reason.
const RuleSpec upstream_down{"upstream-down",        "upstream_down",       3, 5min,
                             classify_upstream_down, upstream_down_sentence};

} // namespace gatehouse::rules
