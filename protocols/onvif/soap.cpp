#include "protocols/onvif/soap.hpp"

#include "protocols/wire/advice.hpp"
#include "protocols/wire/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::onvif {
namespace {

constexpr std::string_view wsse =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
constexpr std::string_view wsu =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
constexpr std::string_view password_type =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
constexpr std::string_view encoding_type =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

std::string security(const Token& token)
{
    return fmt::format("<wsse:Security s:mustUnderstand=\"1\" xmlns:wsse=\"{}\" xmlns:wsu=\"{}\">"
                       "<wsse:UsernameToken><wsse:Username>{}</wsse:Username>"
                       "<wsse:Password Type=\"{}\">{}</wsse:Password>"
                       "<wsse:Nonce EncodingType=\"{}\">{}</wsse:Nonce><wsu:Created>{}</wsu:Created>"
                       "</wsse:UsernameToken></wsse:Security>",
                       wsse, wsu, escaped(token.username), password_type, token.digest, encoding_type,
                       token.nonce, token.created);
}

std::string addressing(const Message& message)
{
    return fmt::format("<a:Action s:mustUnderstand=\"1\">{}</a:Action><a:MessageID>urn:uuid:{}</a:MessageID>"
                       "<a:ReplyTo><a:Address>{}/anonymous</a:Address></a:ReplyTo>"
                       "<a:To s:mustUnderstand=\"1\">{}</a:To>{}",
                       message.action, message.id, ns::wsa, escaped(message.to), message.reference);
}

// One plain sentence in each language, with what to do (pains 7); a new fault is one row here.
struct Meaning {
    std::string_view code;
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array meanings{
    Meaning{"NotAuthorized",
            "the device refuses the user or password for this; ONVIF users are often separate from those of "
            "the web page and have to be made there",
            "设备拒绝此用户名或密码；ONVIF 用户常与网页用户分开，请在设备网页的 ONVIF 用户中添加"},
    Meaning{"FailedAuthentication",
            "the device refuses the user name or password; correct them in the configuration",
            "设备拒绝用户名或密码；请核对配置中的用户名和密码"},
    Meaning{"MessageExpired", "the device finds the time of our log-in wrong; set its clock",
            "设备认为登录时间已过期；请校准设备时间"},
    Meaning{"OperationProhibited",
            "the device does not allow this to our user; give it the operator's or administrator's rights",
            "当前用户没有此权限；请授予操作员或管理员权限"},
    Meaning{"ActionNotSupported", "the device does not know this request; update its firmware, or do without",
            "设备不支持此请求；请升级固件，仍不行则此型号无此功能"},
    Meaning{"OptionalActionNotImplemented",
            "the device does not know this request; update its firmware, or do without",
            "设备不支持此请求；请升级固件，仍不行则此型号无此功能"},
    Meaning{"NotSupported", "the device does not support this; look at its data sheet",
            "设备不支持该功能；请查看产品说明书"},
    Meaning{"Failure", "the device could not carry this out; look at the door, its lock and its mode",
            "设备未能执行；请检查门、门锁和门的工作模式"},
    Meaning{"InvalidArgVal",
            "the device does not accept a value of this request; check the numbers in the configuration",
            "设备不接受请求中的某个值；请核对配置中的编号"},
    Meaning{"InvalidArgs",
            "the device does not accept a value of this request; check the numbers in the configuration",
            "设备不接受请求中的某个值；请核对配置中的编号"},
    Meaning{"NotFound",
            "the device no longer has this door, relay or profile; look at its settings on its web page",
            "设备上没有此门、继电器或配置文件；请在设备网页上检查设置"},
    Meaning{"NoProfile", "the device has no media profile; make one on its web page",
            "设备没有媒体配置文件；请在设备网页上新建"},
    Meaning{"RelayToken", "the device no longer has this relay output; look at its settings on its web page",
            "设备没有此继电器输出；请在设备网页上检查设置"},
    Meaning{"ResourceUnknownFault",
            "the device does not know the subscription any more; it is made anew, check the device's power "
            "if that happens often",
            "设备已丢失事件订阅；系统会自动重新订阅，频繁出现请检查设备电源"},
    Meaning{"UnacceptableInitialTerminationTimeFault",
            "the device does not accept the length of the subscription; try another subscription time",
            "设备不接受订阅时长；请修改配置中的 subscription"},
    Meaning{"UnableToRenewFault", "the device does not prolong the subscription; it is made anew",
            "设备不肯续订事件；系统会自动重新订阅"},
    Meaning{"SubscribeCreationFailedFault",
            "the device takes no further subscription; others may hold all of its few slots: close them, or "
            "restart the device",
            "设备的事件订阅数已满；请断开其他平台或客户端，或重启设备"},
    Meaning{"TopicNotSupportedFault", "the device does not know the topic; update its firmware",
            "设备不支持此事件主题；请升级固件"},
    Meaning{"OutofMemory", "the device has no memory left; restart it", "设备内存不足；请重启设备"},
    Meaning{"MaxNumberOfPullPoints",
            "others hold all of the device's few subscriptions: close them, or restart the device",
            "设备的事件订阅数已满；请断开其他平台或客户端，或重启设备"},
    Meaning{
        "HardwareFailure",
        "the device reports a fault of its hardware; restart it, and have it serviced if that does not help",
        "设备硬件故障；请重启设备，仍不行请报修"},
    Meaning{"ActionBusy", "the device is busy; try again in a minute", "设备忙；请一分钟后重试"},
};

constexpr Meaning any_other{"", "the device refuses this; look at its web page, or report the model",
                            "设备拒绝此请求；请查看设备网页，或反馈设备型号"};

std::string unprefixed(std::string value)
{
    const auto colon = value.rfind(':');
    return colon == std::string::npos ? value : value.substr(colon + 1);
}

// The innermost subcode says the most.
std::string code_of(pugi::xml_node fault)
{
    std::string code = text(child(fault, "", "faultcode")); // SOAP 1.1
    auto level = child(fault, ns::soap, "Code");
    for (int depth = 0; level && depth < 8; ++depth) {
        const auto value = text(child(level, ns::soap, "Value"));
        if (!value.empty()) code = value;
        level = child(level, ns::soap, "Subcode");
    }
    return unprefixed(std::move(code));
}

Fault read_fault(pugi::xml_node node)
{
    Fault fault;
    fault.code = code_of(node);
    fault.reason = text(child(child(node, ns::soap, "Reason"), ns::soap, "Text"));
    if (fault.reason.empty()) fault.reason = text(child(node, "", "faultstring"));
    // WS-BaseNotification faults carry their name in the detail.
    const auto detail = child(node, ns::soap, "Detail");
    for (const auto found : detail.children())
        if (found.type() == pugi::node_element && local_name(found).ends_with("Fault"))
            fault.code = local_name(found);
    constexpr std::size_t reason_max = 200;
    if (fault.reason.size() > reason_max)
        fault.reason = wire::replace_invalid(std::string_view(fault.reason).substr(0, reason_max));
    return fault;
}

} // namespace

std::string envelope(const Message& message, const std::optional<Token>& token)
{
    std::string head;
    if (!message.to.empty()) head += addressing(message);
    if (token) head += security(*token);
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                       "<s:Envelope xmlns:s=\"{}\" xmlns:a=\"{}\">{}<s:Body>{}</s:Body></s:Envelope>",
                       ns::soap, ns::wsa, head.empty() ? "" : "<s:Header>" + head + "</s:Header>",
                       message.body);
}

bool is_refused_login(const Fault& fault)
{
    for (const std::string_view code : {"NotAuthorized", "FailedAuthentication", "InvalidSecurity",
                                        "InvalidSecurityToken", "FailedCheck", "MessageExpired"})
        if (fault.code == code) return true;
    // Some put it into words alone.
    const auto words = ascii::lower(fault.reason);
    return words.find("not authorized") != std::string::npos ||
           words.find("unauthorized") != std::string::npos;
}

std::string explain(const Fault& fault)
{
    const auto* meaning = std::find_if(meanings.begin(), meanings.end(),
                                       [&](const auto& row) { return row.code == fault.code; });
    const auto& row = meaning != meanings.end() ? *meaning
                      : is_refused_login(fault) ? meanings.front()
                                                : any_other;
    std::string own_words = fault.code.empty() ? "fault" : fault.code;
    constexpr std::size_t reason_max = 200;
    if (!fault.reason.empty()) own_words += ": " + wire::one_line(fault.reason, reason_max);
    return wire::in_both_languages({row.english, row.chinese}, own_words);
}

void Reply::load(std::string_view bytes)
{
    document.load(bytes);
    if (document.flaw != Flaw::none) return;
    const auto outer = child(document.root(), ns::soap, "Body");
    for (const auto found : outer.children()) {
        if (found.type() != pugi::node_element) continue;
        body = found;
        break;
    }
    if (is(body, ns::soap, "Fault")) fault = read_fault(body);
}

} // namespace gatehouse::onvif
