#include "protocols/isapi/alert_fields.hpp"
#include "protocols/isapi/json_document.hpp"
#include "protocols/isapi/status.hpp"
#include "protocols/isapi/vendor_codes.hpp"
#include "protocols/wire/advice.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

// ResponseStatus and what it means (sheet §3).
namespace gatehouse::isapi {
namespace {

template <class Node>
bool read_status(const Node& node, ResponseStatus& out)
{
    std::optional<int> code;
    node.each([&](std::string_view name, const Node& child) {
        if (name == "statusCode")
            put(code, child.text());
        else if (name == "statusString")
            put(out.text, child.text());
        else if (name == "subStatusCode")
            put(out.sub_code, child.text());
        else if (name == "errorCode")
            out.error_code = whole_number(child.text());
        else if (name == "errorMsg")
            put(out.error_text, child.text());
    });
    out.code = code.value_or(0);
    return code || !out.sub_code.empty(); // some refuse a stream with statusValue and subStatusCode only
}

// It goes into a log line.
std::string sentence(std::string_view raw)
{
    constexpr std::size_t size_max = 200;
    return wire::one_line(raw, size_max);
}

Judgement by_code(const ResponseStatus& status)
{
    std::string text = status.text.empty() ? "statusCode " + std::to_string(status.code) : status.text;
    if (!status.sub_code.empty() && !ascii::same_word(status.sub_code, "ok"))
        text += " (" + status.sub_code + ")";
    if (!status.error_text.empty() && !ascii::same_word(status.error_text, "ok"))
        text += ": " + status.error_text;
    const auto* known = vendor_code(status);
    if (known && status.code != 1)
        text = wire::in_both_languages({known->english, known->chinese}, sentence(text));
    else
        text = sentence(text);
    Verdict verdict = known ? known->verdict : Verdict::other;
    switch (status.code) {
    case 1: verdict = Verdict::ok; break;
    case 2: verdict = known ? verdict : Verdict::busy; break;
    case 3: verdict = known ? verdict : Verdict::device_error; break;
    case 4:
    case 5:
    case 6: verdict = known ? verdict : Verdict::invalid; break;
    case 7: verdict = Verdict::reboot_required; break;
    default: break;
    }
    return {verdict, std::move(text)};
}

// Devices label whatever they answer as text/html: a page is what reads like one. An empty answer is none.
bool is_page(std::string_view content_type, std::string_view body)
{
    auto root = document_start(body);
    if (root.starts_with("<?"))
        root = document_start(root.substr(std::min(root.find('>'), root.size() - 1) + 1));
    const auto start = ascii::lower(root.substr(0, 32));
    if (start.starts_with("<html") || start.starts_with("<!doctype html")) return true;
    const bool document =
        start.starts_with('{') || (start.size() > 1 && start[0] == '<' && ascii::is_letter(start[1]));
    return !body.empty() && !document && ascii::same_word(content_type.substr(0, 9), "text/html");
}

} // namespace

base::Result<ResponseStatus> parse_response_status(std::string_view document)
{
    const auto start = document_start(document);
    ResponseStatus out;
    if (start.starts_with('{')) {
        JsonDocument json;
        json.load(start);
        if (json.flaw != DocumentFlaw::none) return base::Errc::bad_input;
        const auto inner = json.root().child("ResponseStatus");
        if (read_status(inner && inner->is_object() ? *inner : json.root(), out)) return out;
        return base::Errc::bad_input;
    }
    XmlDocument xml;
    xml.load(start);
    if (xml.flaw != DocumentFlaw::none || xml.root_name() != "ResponseStatus") return base::Errc::bad_input;
    if (read_status(XmlNode(xml.root()), out)) return out;
    return base::Errc::bad_input;
}

std::string_view to_string(Verdict verdict)
{
    switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::busy: return "busy";
    case Verdict::device_error: return "device_error";
    case Verdict::invalid: return "invalid";
    case Verdict::reboot_required: return "reboot_required";
    case Verdict::not_supported: return "not_supported";
    case Verdict::low_privilege: return "low_privilege";
    case Verdict::sessions_full: return "sessions_full";
    case Verdict::unauthorised: return "unauthorised";
    case Verdict::unknown_url: return "unknown_url";
    case Verdict::other: return "other";
    }
    return "other";
}

Judgement judge(unsigned http_status, std::string_view content_type, std::string_view body)
{
    // A wrong password is answered with a ResponseStatus too: the lock-out counts, so 401 comes first.
    if (http_status == 401) return {Verdict::unauthorised, "the device refused user name or password"};
    // Before the content type: an OK taken for a page would send the next spelling of a command.
    if (const auto status = parse_response_status(body)) return by_code(*status);
    if (is_page(content_type, body))
        return {Verdict::unknown_url, "the device answered with a web page: unknown URL"};
    if (http_status == 404) return {Verdict::unknown_url, "the device does not know this URL"};
    if (http_status == 403) return {Verdict::low_privilege, "the device forbids it to this user"};
    if (http_status == 503) return {Verdict::busy, "the device is busy"};
    if (http_status >= 200 && http_status < 300) return {Verdict::ok, {}};
    return {Verdict::other, "HTTP status " + std::to_string(http_status)};
}

} // namespace gatehouse::isapi
