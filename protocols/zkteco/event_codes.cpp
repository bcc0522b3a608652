// The vendor's numbers in words: events of the access dialect, ways to identify, results of commands.
#include "protocols/zkteco/event_codes.hpp"

#include "protocols/wire/advice.hpp"
#include "protocols/zkteco/event_map.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::zkteco {
namespace {

using Kind = EventCode::Kind;
using model::DoorPosition;

constexpr DoorPosition no_position = DoorPosition::unknown;

// Sheet §3.
constexpr std::array codes{
    EventCode{0, Kind::let_in, "", "let in"},
    EventCode{3, Kind::let_in, "", "let in together with others"},
    EventCode{4, Kind::let_in, "password", "let in by the emergency password"},
    EventCode{8, Kind::let_in, "remote", "opened by command"},
    EventCode{9, Kind::door, "", "closed by command", DoorPosition::locked},
    EventCode{12, Kind::unwanted, "", "auxiliary output on"},
    EventCode{13, Kind::unwanted, "", "auxiliary output off"},
    EventCode{14, Kind::let_in, "", "let in"},
    EventCode{17, Kind::let_in, "", "let in"},
    EventCode{20, Kind::refused, "other", "came again too soon"},
    EventCode{21, Kind::refused, "schedule", "door not open at this hour"},
    EventCode{22, Kind::refused, "schedule", "not allowed at this hour"},
    EventCode{23, Kind::refused, "no_permission", "not allowed at this door"},
    EventCode{24, Kind::refused, "anti_passback", "anti-passback"},
    EventCode{25, Kind::refused, "interlock", "another door is open"},
    EventCode{26, Kind::unwanted, "", "waits for more people"},
    EventCode{27, Kind::refused, "unknown_credential", "unknown card"},
    EventCode{28, Kind::door, "", "held open", DoorPosition::held_open},
    EventCode{29, Kind::refused, "expired", "expired"},
    EventCode{30, Kind::refused, "wrong_password", "wrong password"},
    EventCode{33, Kind::refused, "expired", "expired"},
    EventCode{34, Kind::refused, "unknown_credential", "unknown finger"},
    EventCode{36, Kind::button_refused, "schedule", "exit button has no effect at this hour"},
    EventCode{41, Kind::refused, "other", "identified in a way that this door does not take"},
    EventCode{53, Kind::refused, "expired", "expired"},
    EventCode{63, Kind::refused, "other", "the door is locked"},
    EventCode{68, Kind::refused, "other", "body temperature"},
    EventCode{69, Kind::refused, "other", "no mask"},
    EventCode{73, Kind::code_refused, "unknown_credential", "invalid code"},
    EventCode{74, Kind::code_refused, "expired", "expired code"},
    EventCode{100, Kind::tamper, "case", "the device is being taken off"},
    EventCode{101, Kind::duress, "", "opened under duress"},
    EventCode{102, Kind::door, "", "forced open", DoorPosition::forced_open},
    EventCode{103, Kind::duress, "", "opened under duress"},
    EventCode{104, Kind::tamper, "reader", "invalid cards one after the other"},
    EventCode{105, Kind::fault, "network", "lost its server"},
    EventCode{106, Kind::fault, "power", "battery"},
    EventCode{107, Kind::fault, "power", "mains lost"},
    EventCode{109, Kind::tamper, "reader", "a reader is being taken off"},
    EventCode{110, Kind::fault, "reader", "a reader is offline"},
    EventCode{200, Kind::door, "", "opened", DoorPosition::opened},
    EventCode{201, Kind::door, "", "closed", DoorPosition::closed},
    EventCode{202, Kind::let_in, "button", "exit button"},
    EventCode{204, Kind::door, "", "no longer held open", DoorPosition::normal},
    EventCode{205, Kind::door, "", "held open by command", DoorPosition::remain_open},
    EventCode{206, Kind::cured, "power", "the device started"},
    EventCode{207, Kind::let_in, "password", "let in by password"},
    EventCode{208, Kind::let_in, "", "let in as superuser"},
    EventCode{214, Kind::unwanted, "", "reached its server"},
    EventCode{220, Kind::input_off, "", "auxiliary input open"},
    EventCode{221, Kind::input_on, "", "auxiliary input shorted"},
    EventCode{222, Kind::let_in, "", "let in by the server"},
    EventCode{224, Kind::doorbell, "", "doorbell"},
    EventCode{225, Kind::input_off, "", "auxiliary input normal"},
    EventCode{226, Kind::input_on, "", "auxiliary input triggered"},
    EventCode{233, Kind::door, "", "locked by command", DoorPosition::remain_closed},
    EventCode{234, Kind::door, "", "unlocked by command", DoorPosition::normal},
    EventCode{237, Kind::cured, "reader", "a reader is online again"},
    EventCode{4008, Kind::cured, "power", "mains back"},
    EventCode{5008, Kind::barrier, "wiring", "the barrier keeps getting an open signal"},
    EventCode{5015, Kind::barrier, "blocked", "the barrier cannot rise"},
    EventCode{5016, Kind::barrier, "blocked", "the barrier cannot fall"},
    EventCode{6005, Kind::fault, "storage", "the log is nine tenths full"},
};

// 20 to 99 and the 5000s: somebody was not let in, whatever the reason was.
constexpr EventCode other_exception{-1, Kind::refused, "other", "an exception that we do not know",
                                    no_position};
constexpr EventCode unknown_code{-1, Kind::unknown, "", "an event that we do not know", no_position};

struct ReturnCode {
    int first;
    int last;
    wire::Advice advice;
};

constexpr std::array return_codes{
    ReturnCode{-1,
               -1,
               {"the device could not pass the command on; check its wiring and restart it",
                "设备无法把命令传下去；请检查接线并重启设备"}},
    ReturnCode{-2,
               -2,
               {"a part of the device did not answer; check its readers and restart it",
                "设备的某个部件无响应；请检查读卡器并重启设备"}},
    ReturnCode{-3, -3, {"the device is short of memory; restart it", "设备内存不足；请重启设备"}},
    ReturnCode{-8,
               -8,
               {"the device does not allow this; allow remote control in its menu",
                "设备不允许此操作；请在设备菜单中允许远程控制"}},
    ReturnCode{-10,
               -10,
               {"the device cannot read the command; set dialect to the one it speaks",
                "设备无法识别命令；请核对配置中的 dialect"}},
    ReturnCode{-11,
               -11,
               {"the device does not take a value of the command; check doors",
                "设备不接受命令中的某个值；请核对配置中的 doors"}},
    ReturnCode{-13,
               -13,
               {"the device does not know the command; set dialect and doors to what it has",
                "设备不支持此命令；请核对配置中的 dialect 和 doors"}},
    ReturnCode{-14,
               -14,
               {"the device wants another communication password; clear it in its menu",
                "设备的通信密码不一致；请在设备菜单中清除通信密码"}},
    ReturnCode{-18,
               -18,
               {"the device is full; delete persons or records on it",
                "设备存储已满；请在设备上删除部分人员或记录"}},
    ReturnCode{-28, -28, {"the door is held open already; close it first", "门已处于常开状态；请先关门"}},
    ReturnCode{-30,
               -30,
               {"the template is of another version than the device's; enrol the person at it",
                "模板版本与设备不符；请在设备上重新登记该人员"}},
    ReturnCode{-105,
               -100,
               {"the device has no such table or field; its firmware is another one, report the model",
                "设备没有此数据表或字段；固件版本不同，请反馈设备型号"}},
    ReturnCode{-708,
               -708,
               {"the device does not support this; update its firmware", "设备不支持此功能；请升级固件"}},
    ReturnCode{-725,
               -725,
               {"the device ran into a time-out; check its network and try again",
                "设备通信超时；请检查设备网络后重试"}},
    ReturnCode{-730,
               -730,
               {"the device found us silent; check the network between us",
                "设备认为网关无响应；请检查设备与网关之间的网络"}},
    ReturnCode{-632,
               -601,
               {"the device could not carry the command out; restart it", "设备未能执行命令；请重启设备"}},
    ReturnCode{-732,
               -701,
               {"the device's own transport failed; check its network and restart it",
                "设备自身通信故障；请检查设备网络并重启设备"}},
};

constexpr wire::Advice unknown_return{
    "the device answered with a code that we do not know; look at its menu and restart it",
    "设备返回未知代码；请查看设备菜单并重启设备"};

} // namespace

const EventCode& event_code(std::int64_t code)
{
    const auto* at =
        std::find_if(codes.begin(), codes.end(), [&](const auto& row) { return row.code == code; });
    if (at != codes.end()) return *at;
    if ((code >= 20 && code <= 99) || (code >= 5000 && code <= 5999)) return other_exception;
    return unknown_code;
}

std::string_view credential_of(int verify, bool old_numbers)
{
    if (verify == 15) return "face";
    if (old_numbers) {
        switch (verify) {
        case 0: return "password";
        case 1: return "fingerprint";
        case 2: return "card";
        case 3: return "code";
        default: return "unknown";
        }
    }
    switch (verify) {
    case 1: return "fingerprint";
    case 2: return "code";
    case 3: return "password";
    case 4: return "card";
    default: break;
    }
    return verify >= 16 && verify <= 20 ? "face" : "unknown";
}

std::string explain_return(int code)
{
    const auto at = std::find_if(return_codes.begin(), return_codes.end(), [&](const ReturnCode& row) {
        return code >= row.first && code <= row.last;
    });
    return wire::in_both_languages(at == return_codes.end() ? unknown_return : at->advice,
                                   std::to_string(code));
}

} // namespace gatehouse::zkteco
