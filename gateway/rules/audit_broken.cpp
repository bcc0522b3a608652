#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_audit_broken(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "audit_broken") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string audit_broken_sentence(const std::string& place, const Signal&)
{
    return place + "审计日志被改动或数据库被换成旧副本，请保存现场并核查";
}

} // namespace

// Rows of the audit were changed or removed, or an old copy of the database was put in place (domain.md
// S-02). Only a person ends this alert.
const RuleSpec audit_broken{"audit-broken",        "audit_broken",       2, 0s,
                            classify_audit_broken, audit_broken_sentence};

} // namespace gatehouse::rules
