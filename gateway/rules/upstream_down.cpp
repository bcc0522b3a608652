#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "upstream") return std::nullopt;
    return lasting(!notice->ok, notice->detail.substr(0, notice->detail.find(':')), "");
}

std::string sentence(const std::string&, const Signal& signal)
{
    return "上级平台" + signal.part + "连接中断";
}

} // namespace

// An upstream that cannot be reached. The notice's detail begins with its name, up to a colon.
const RuleSpec upstream_down{"upstream-down", "upstream_down", 3, 5min, classify, sentence};

} // namespace gatehouse::rules
