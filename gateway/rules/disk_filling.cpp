#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_disk_filling(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "disk") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string disk_filling_sentence(const std::string& place, const Signal&)
{
    return place + "磁盘空间不足";
}

} // namespace

// The gateway's disk is filling up; the store sheds what matters least.
const RuleSpec disk_filling{"disk-filling",        "disk_filling",       4, 0s,
                            classify_disk_filling, disk_filling_sentence};

} // namespace gatehouse::rules
