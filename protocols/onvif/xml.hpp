#pragma once
#include "protocols/wire/ascii.hpp"

#include <pugixml.hpp>

#include <optional>
#include <string>
#include <string_view>

// XML as ONVIF devices write it: names go by the URI of their namespace, because every maker has prefixes of
// its own (sheet §1). All of this is total: no input throws.
namespace gatehouse::onvif {

namespace ascii = wire::ascii;

// The namespaces of the services and of what they stand on.
namespace ns {
inline constexpr std::string_view soap = "http://www.w3.org/2003/05/soap-envelope";
inline constexpr std::string_view soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view wsa = "http://www.w3.org/2005/08/addressing";
inline constexpr std::string_view wsa2004 = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
inline constexpr std::string_view discovery = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
inline constexpr std::string_view wsnt = "http://docs.oasis-open.org/wsn/b-2";
inline constexpr std::string_view tt = "http://www.onvif.org/ver10/schema";
inline constexpr std::string_view topics = "http://www.onvif.org/ver10/topics";
inline constexpr std::string_view tds = "http://www.onvif.org/ver10/device/wsdl";
inline constexpr std::string_view trt = "http://www.onvif.org/ver10/media/wsdl";
inline constexpr std::string_view tr2 = "http://www.onvif.org/ver20/media/wsdl";
inline constexpr std::string_view tmd = "http://www.onvif.org/ver10/deviceIO/wsdl";
inline constexpr std::string_view tev = "http://www.onvif.org/ver10/events/wsdl";
inline constexpr std::string_view tac = "http://www.onvif.org/ver10/accesscontrol/wsdl";
inline constexpr std::string_view tdc = "http://www.onvif.org/ver10/doorcontrol/wsdl";
} // namespace ns

inline constexpr std::size_t document_max = 2U << 20;
inline constexpr int depth_max = 48;

enum class Flaw { none, empty, too_large, too_deep, malformed };
[[nodiscard]] std::string_view to_string(Flaw flaw);

// A parsed document; bytes that are no UTF-8 are read as GB18030 first.
struct Document {
    pugi::xml_document tree;
    Flaw flaw = Flaw::none;
    [[nodiscard]] pugi::xml_node root() const { return tree.document_element(); }
    void load(std::string_view bytes);
};

[[nodiscard]] std::string_view local_name(pugi::xml_node node);
// The prefix that an attribute declares, empty for names without one; nothing when it declares none.
[[nodiscard]] std::optional<std::string_view> declared_prefix(pugi::xml_attribute attribute);
// Whether what a prefix stands for is the wanted namespace. One that nothing declares is any: some devices
// forget to declare it. SOAP and WS-Addressing are the same in both their versions.
[[nodiscard]] bool same_space(std::string_view found, std::string_view wanted);
// Whether the element has this name.
[[nodiscard]] bool is(pugi::xml_node node, std::string_view uri, std::string_view local);
[[nodiscard]] pugi::xml_node child(pugi::xml_node node, std::string_view uri, std::string_view local);
// The first one below `node`, at any depth.
[[nodiscard]] pugi::xml_node below(pugi::xml_node node, std::string_view uri, std::string_view local);
[[nodiscard]] std::string text(pugi::xml_node node); // trimmed
// The element with all below it, as it can stand in another document: it declares every namespace that it
// may need.
[[nodiscard]] std::string transplanted(pugi::xml_node node);

// Text as it may stand between two tags or in an attribute.
[[nodiscard]] std::string escaped(std::string_view raw);
// true, 1, active, on; false, 0, inactive, off; anything else is nothing.
[[nodiscard]] std::optional<bool> truth(std::string_view raw);

} // namespace gatehouse::onvif
