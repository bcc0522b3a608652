#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_store_damaged(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "store_damaged") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string store_damaged_sentence(const std::string& place, const Signal&)
{
    return place + "数据库曾损坏，已自动修复，请核查记录";
}

} // namespace

// The store was damaged and salvaged at the start (pains 27). Only a person ends this alert.
const RuleSpec store_damaged{"store-damaged",        "store_damaged",       3, 0s,
                             classify_store_damaged, store_damaged_sentence};

} // namespace gatehouse::rules
