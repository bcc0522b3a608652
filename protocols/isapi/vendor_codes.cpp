#include "protocols/isapi/vendor_codes.hpp"

#include "protocols/isapi/ascii.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::isapi {
namespace {

// Sheet §3; names and numbers of the vendor's guide, appendix "response codes" (D). deployExceedMax is what
// the vendor's tools show as "Arming connections exceed the maximum" (R).
const std::array<VendorCode, 27> codes{{
    {"deployExceedMax", 0x60006018, Verdict::sessions_full,
     "every event stream of the device is taken, often by a recorder or client software; close one there, or "
     "set "
     "mode = \"push\"",
     "设备的布防连接数已满，多被录像机或客户端软件占用；请断开其中一个，或设置 mode = \"push\""},
    {"maxSessionUserLink", 0x4000000B, Verdict::sessions_full,
     "every log-in session of the device is taken; close web pages and client software, or restart the "
     "device",
     "设备的登录会话已满；请关闭网页和客户端软件，或重启设备"},
    {"noMemory", 0x20000001, Verdict::busy, "the device is out of memory; restart it",
     "设备内存不足；请重启设备"},
    {"serviceUnavailable", 0x20000002, Verdict::busy,
     "the device does not offer this service just now; try again in a minute",
     "设备暂时无法提供此服务；请一分钟后重试"},
    {"upgrading", 0x20000003, Verdict::busy, "the device is being upgraded; wait until it has restarted",
     "设备正在升级；请等待其重启完成"},
    {"deviceBusy", 0x20000004, Verdict::busy, "the device is busy; try again in a minute",
     "设备忙；请一分钟后重试"},
    {"deviceError", 0x30000001, Verdict::device_error,
     "the device reports a fault of its hardware; restart it, and have it serviced if that does not help",
     "设备硬件错误；请重启设备，仍不行请报修"},
    {"uninitialized", 0x3000000C, Verdict::device_error,
     "the device has not been set up yet; finish its set-up on its web page",
     "设备尚未初始化；请在设备网页上完成配置"},
    {"internalError", 0x30000014, Verdict::device_error, "the device reports an internal error; restart it",
     "设备内部错误；请重启设备"},
    {"notSupport", 0x40000001, Verdict::not_supported, "this model cannot do that", "此型号不支持该功能"},
    {"lowPrivilege", 0x40000002, Verdict::low_privilege,
     "our user may not do that; give it the right on the device's user page",
     "当前用户没有此权限；请在设备的用户管理页面授权"},
    {"badAuthorization", 0x40000003, Verdict::other,
     "the device does not accept our log-in; correct user name and password",
     "设备认证失败；请核对用户名和密码"},
    {"methodNotAllowed", 0x40000004, Verdict::invalid,
     "the firmware does not know this kind of request; update it", "设备固件不接受此类请求；请升级固件"},
    {"invalidOperation", 0x40000006, Verdict::invalid,
     "the device refuses this in its present state; look at its screen or web page",
     "设备当前状态不允许此操作；请查看设备屏幕或网页"},
    {"notActivated", 0x40000007, Verdict::invalid,
     "the device is not activated; set its first password with the vendor's search tool",
     "设备未激活；请用厂家的搜索工具设置初始密码"},
    {"loginPasswordError", 0x4000000C, Verdict::other, "the password is wrong; correct it in the credential",
     "密码错误；请更正凭据中的密码"},
    {"remoteDoorFunctionDisable", 0, Verdict::invalid,
     "opening from afar is switched off in the device; switch it on in its access settings",
     "设备已关闭远程开门；请在门禁设置中启用"},
    {"securityModuleOffline", 0, Verdict::device_error,
     "the door's control unit does not answer the terminal, so the door did not move; check its cable",
     "门控安全模块离线，门未动作；请检查接线"},
    {"badXmlFormat", 0x50000001, Verdict::invalid, "the firmware does not read our request; report the model",
     "设备固件无法识别请求格式；请反馈设备型号"},
    {"badJsonFormat", 0x50000002, Verdict::invalid,
     "the firmware does not read our request; report the model", "设备固件无法识别请求格式；请反馈设备型号"},
    {"badURLFormat", 0x50000003, Verdict::invalid, "the firmware does not read our request; report the model",
     "设备固件无法识别请求地址；请反馈设备型号"},
    {"badParameters", 0x60000001, Verdict::invalid,
     "the device has no such door, barrier or channel; check the numbers in the configuration",
     "设备没有此门、道闸或通道；请核对配置中的编号"},
    {"badXmlContent", 0x60000003, Verdict::invalid,
     "the device refuses a value of our request; check channel and output in the configuration",
     "设备不接受请求中的某个值；请核对配置中的通道和输出"},
    {"MessageParametersLack", 0x60000019, Verdict::invalid,
     "the firmware wants more than we send; report the model", "设备固件要求更多参数；请反馈设备型号"},
    {"beyondARGSRangeLimit", 0x60000025, Verdict::invalid,
     "a number is beyond what the device allows; check channel and output in the configuration",
     "数值超出设备允许范围；请核对配置中的通道和输出"},
    {"rebootRequired", 0x70000001, Verdict::reboot_required,
     "done, and in force once the device has restarted", "已设置，设备重启后生效"},
    {"Reboot Required", 0x70000001, Verdict::reboot_required,
     "done, and in force once the device has restarted", "已设置，设备重启后生效"},
}};

} // namespace

const VendorCode* vendor_code(const ResponseStatus& status)
{
    const auto named = [&](const VendorCode& row) { return ascii::same_word(row.sub_code, status.sub_code); };
    const auto numbered = [&](const VendorCode& row) {
        return row.error_code != 0 && row.error_code == status.error_code;
    };
    auto at = std::find_if(codes.begin(), codes.end(), named);
    if (at == codes.end()) at = std::find_if(codes.begin(), codes.end(), numbered);
    return at == codes.end() ? nullptr : &*at;
}

} // namespace gatehouse::isapi
