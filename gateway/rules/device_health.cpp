#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

// One fault, one alert.
bool has_own_rule(const std::string& what)
{
    return what == "storage" || what == "mac" || what == "plate_differs" || what.starts_with("picture_");
}

std::optional<Signal> classify_device_health(const model::Event& event)
{
    const auto* health = std::get_if<model::DeviceHealth>(&event.body);
    if (!health || has_own_rule(health->what)) return std::nullopt;
    return lasting(!health->ok, health->what, "");
}

std::string fault_text(const std::string& what)
{
    if (what == "network") return "网络";
    if (what == "power") return "供电";
    if (what == "video") return "视频";
    if (what == "reader") return "读卡器";
    if (what == "login_lock") return "登录被锁定";
    if (what == "firmware") return "固件";
    if (what == "driver") return "通信程序";
    if (what == "identity") return "应答的是另一台设备";
    if (what == "list removals") return "名单中已删除的人或车仍在设备内";
    return "其他";
}

std::string device_health_sentence(const std::string& place, const Signal& signal)
{
    return place + "报告故障：" + fault_text(signal.part);
}

} // namespace

// A fault that a device reports of itself, or a driver that fails again and again.
const RuleSpec device_health{"device-health",        "device_health",       4, 0s,
                             classify_device_health, device_health_sentence};

} // namespace gatehouse::rules
