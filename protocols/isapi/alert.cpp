#include "protocols/isapi/alert.hpp"
#include "protocols/isapi/alert_fields.hpp"
#include "protocols/isapi/json_document.hpp"

namespace gatehouse::isapi {
namespace {

ParsedAlert refused(ParseFlaw flaw, std::string text)
{
    ParsedAlert out;
    out.flaw = flaw;
    out.text = std::move(text);
    return out;
}

ParsedAlert refused(DocumentFlaw flaw)
{
    switch (flaw) {
    case DocumentFlaw::empty: return refused(ParseFlaw::empty, "the document is empty");
    case DocumentFlaw::too_large: return refused(ParseFlaw::too_large, "the document is larger than 2 MiB");
    case DocumentFlaw::too_deep:
        return refused(ParseFlaw::too_deep, "the document is nested deeper than 32 levels");
    default: return refused(ParseFlaw::malformed, "the document is neither well-formed XML nor JSON");
    }
}

// A root name as a device may send it, cut short and without anything unprintable.
std::string printable(std::string_view name)
{
    std::string out;
    for (const char c : name.substr(0, 40))
        if (ascii::is_name_char(c)) out += c;
    return out;
}

// ISUP (EHome) terminals speak another protocol over the same port (sheet §10).
ParsedAlert wrong_root(std::string_view name)
{
    if (name == "PPVSPMessage")
        return refused(ParseFlaw::isup_message,
                       "a PPVSPMessage of the ISUP protocol; set the device to ISAPI listening");
    return refused(ParseFlaw::not_an_alert,
                   "a document of kind " + printable(name) + ", no EventNotificationAlert");
}

template <class Node>
ParsedAlert read(const Node& node)
{
    ParsedAlert out;
    read_alert(node, out.alert.emplace());
    if (out.alert->type.empty()) out = refused(ParseFlaw::no_event_type, "the alert names no eventType");
    return out; // the only way out, so that the alert is not moved
}

ParsedAlert from_xml(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return refused(xml.flaw);
    if (xml.root_name() != "EventNotificationAlert") return wrong_root(xml.root_name());
    return read(XmlNode(xml.root()));
}

ParsedAlert from_json(std::string_view document)
{
    JsonDocument json;
    json.load(document);
    if (json.flaw != DocumentFlaw::none) return refused(json.flaw);
    const auto root = json.root();
    if (const auto inner = root.child("EventNotificationAlert"); inner && inner->is_object())
        return read(*inner);
    if (root.child("PPVSPMessage")) return wrong_root("PPVSPMessage");
    if (root.child("eventType")) return read(root);
    // Some terminals leave out the head and send the block alone.
    if (!root.child("AccessControllerEvent")) return wrong_root(root.first_name());
    auto out = read(root);
    if (!out.alert) {
        out = {};
        read_alert(root, out.alert.emplace());
        out.alert->type = "AccessControllerEvent";
    }
    return out;
}

} // namespace

std::string_view to_string(ParseFlaw flaw)
{
    switch (flaw) {
    case ParseFlaw::none: return "none";
    case ParseFlaw::empty: return "empty";
    case ParseFlaw::too_large: return "too_large";
    case ParseFlaw::too_deep: return "too_deep";
    case ParseFlaw::malformed: return "malformed";
    case ParseFlaw::not_an_alert: return "not_an_alert";
    case ParseFlaw::isup_message: return "isup_message";
    case ParseFlaw::no_event_type: return "no_event_type";
    }
    return "malformed";
}

ParsedAlert parse_alert(std::string_view document)
{
    const auto start = document_start(document);
    if (start.empty()) return refused(DocumentFlaw::empty);
    if (start.front() == '<') return from_xml(start);
    if (start.front() == '{') return from_json(start);
    return refused(DocumentFlaw::malformed);
}

} // namespace gatehouse::isapi
