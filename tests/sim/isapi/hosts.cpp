#include "tests/sim/isapi/hosts.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <charconv>

namespace gatehouse::sim::isapi {
namespace {

// By local name: namespaces and prefixes vary.
pugi::xml_node child(const pugi::xml_node& parent, std::string_view name)
{
    for (const auto node : parent.children()) {
        std::string_view full = node.name();
        full.remove_prefix(full.find(':') == std::string_view::npos ? 0 : full.find(':') + 1);
        if (full == name) return node;
    }
    return {};
}

Host read_host(const pugi::xml_node& node)
{
    Host host;
    host.url = child(node, "url").text().get();
    const bool by_name = std::string_view(child(node, "addressingFormatType").text().get()) == "hostname";
    host.address = child(node, by_name ? "hostName" : "ipAddress").text().get();
    host.port = static_cast<std::uint16_t>(child(node, "portNo").text().as_uint());
    return host;
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else
            out += c;
    }
    return out;
}

} // namespace

std::optional<Host> parse_host(std::string_view url)
{
    constexpr std::string_view scheme = "http://";
    if (url.substr(0, scheme.size()) != scheme) return std::nullopt;
    url.remove_prefix(scheme.size());
    const auto slash = std::min(url.find('/'), url.size());
    const auto authority = url.substr(0, slash);
    Host host;
    host.url = slash < url.size() ? std::string(url.substr(slash)) : "/";
    const auto colon = authority.rfind(':');
    host.address = authority.substr(0, colon);
    host.port = 80;
    if (colon != std::string_view::npos)
        std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), host.port);
    if (!host.used()) return std::nullopt;
    return host;
}

std::string Hosts::one_xml(std::size_t slot) const
{
    const Host& host = slots_.at(slot);
    return fmt::format(
        "<HttpHostNotification version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\r\n"
        "<id>{}</id>\r\n<url>{}</url>\r\n<protocolType>HTTP</protocolType>\r\n"
        "<parameterFormatType>XML</parameterFormatType>\r\n"
        "<addressingFormatType>ipaddress</addressingFormatType>\r\n<ipAddress>{}</ipAddress>\r\n"
        "<portNo>{}</portNo>\r\n<userName></userName>\r\n"
        "<httpAuthenticationMethod>none</httpAuthenticationMethod>\r\n</HttpHostNotification>\r\n",
        slot + 1, escaped(host.url), host.address.empty() ? "0.0.0.0" : host.address,
        host.port == 0 ? 80 : host.port);
}

std::string Hosts::list_xml() const
{
    std::string out = "<HttpHostNotificationList version=\"2.0\" "
                      "xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\r\n";
    for (std::size_t slot = 0; slot < size; ++slot)
        out += one_xml(slot);
    return out + "</HttpHostNotificationList>\r\n";
}

int Hosts::put(std::string_view body, std::optional<std::size_t> slot)
{
    constexpr int ok = 1;
    constexpr int bad_format = 5;
    constexpr int bad_content = 6;
    pugi::xml_document document;
    if (!document.load_buffer(body.data(), body.size())) return bad_format;
    if (slot) {
        const auto node = child(document, "HttpHostNotification");
        if (!node || *slot >= size) return bad_content;
        slots_.at(*slot) = read_host(node);
        return ok;
    }
    const auto list = child(document, "HttpHostNotificationList");
    if (!list) return bad_content;
    auto next = slots_;
    for (const auto node : list.children()) {
        const auto id = child(node, "id").text().as_uint();
        if (id < 1 || id > size) return bad_content;
        next.at(id - 1) = read_host(node);
    }
    slots_ = next;
    return ok;
}

} // namespace gatehouse::sim::isapi
