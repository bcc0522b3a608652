#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_lock_out(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (notice == nullptr || notice->what != "lock_out") return std::nullopt;
    return Signal{};
}

std::string lock_out_sentence(const std::string& place, const Signal&)
{
    return place + "多次登录失败，有人可能在猜密码；账号或来源地址已锁定一刻钟，请管理员核实";
}

} // namespace

// Somebody guesses passwords of the console (S-07): an account or an address was shut for a quarter of an
// hour (S-01). Which, is in the entry and not in the sentence: an account is a person.
const RuleSpec lock_out{.name = "lock-out",
                        .kind = "lock_out",
                        .severity = 3,
                        .classify = classify_lock_out,
                        .sentence = lock_out_sentence};

} // namespace gatehouse::rules
