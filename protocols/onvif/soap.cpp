#include "protocols/onvif/soap.hpp"

#include "protocols/wire/text.hpp"

#include <fmt/format.h>

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

struct Meaning {
    std::string_view code;
    std::string_view sentence;
};

constexpr std::array meanings{
    Meaning{"NotAuthorized", "the device refuses the user or password for this; ONVIF users are often "
                             "separate from those of the web page and have to be made there"},
    Meaning{"FailedAuthentication", "the device refuses the user name or password"},
    Meaning{"OperationProhibited", "the device does not allow this to our user; give it the operator's or "
                                   "administrator's rights"},
    Meaning{"ActionNotSupported", "the device does not know this request"},
    Meaning{"OptionalActionNotImplemented", "the device does not know this request"},
    Meaning{"NotSupported", "the device does not support this"},
    Meaning{"InvalidArgVal", "the device does not accept a value of this request"},
    Meaning{"InvalidArgs", "the device does not accept a value of this request"},
    Meaning{"NotFound", "the device has no door, relay or profile of that name"},
    Meaning{"NoProfile", "the device has no media profile; make one on its web page"},
    Meaning{"RelayToken", "the device has no relay output of that name"},
    Meaning{"ResourceUnknownFault", "the device does not know the subscription any more"},
    Meaning{"UnacceptableInitialTerminationTimeFault", "the device does not accept the length of the "
                                                       "subscription; try another subscription time"},
    Meaning{"UnableToRenewFault", "the device does not prolong the subscription"},
    Meaning{"SubscribeCreationFailedFault",
            "the device takes no further subscription; others may hold all of its few slots: close them, or "
            "restart the device"},
    Meaning{"TopicNotSupportedFault", "the device does not know the topic"},
    Meaning{"OutofMemory", "the device has no memory left; restart it"},
    Meaning{"MaxNumberOfPullPoints", "others hold all of the device's few subscriptions: close them, or "
                                     "restart the device"},
    Meaning{"HardwareFailure", "the device reports a fault of its hardware"},
    Meaning{"ActionBusy", "the device is busy; try again"},
};

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
    for (const auto& meaning : meanings)
        if (fault.code == meaning.code) return std::string(meaning.sentence);
    if (is_refused_login(fault)) return std::string(meanings[0].sentence);
    std::string sentence = "the device refused with " + (fault.code.empty() ? "a fault" : fault.code);
    return fault.reason.empty() ? sentence : sentence + ": " + fault.reason;
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
