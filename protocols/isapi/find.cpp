#include "protocols/isapi/find.hpp"

#include "protocols/isapi/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::isapi {
namespace {

constexpr std::uint16_t sadp_port = 37020;
constexpr std::size_t text_max = 128; // of anything that is shown

std::vector<std::string> probes(base::Random& random)
{
    const auto one = random.next();
    const auto two = random.next();
    const auto uuid = fmt::format("{:08X}-{:04X}-4{:03X}-{:04X}-{:012X}", one >> 32U, one >> 16U & 0xffffU,
                                  one & 0xfffU, (two >> 48U & 0x3fffU) | 0x8000U, two & 0xffff'ffff'ffffU);
    return {"<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>" + uuid +
            "</Uuid><Types>inquiry</Types></Probe>"};
}

std::string shown(pugi::xml_node root, std::string_view name)
{
    auto text = text_of(root, name);
    if (text.size() > text_max) text.resize(text_max);
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    return text;
}

bool is_ipv4(std::string_view text)
{
    int parts = 0;
    while (parts < 4) {
        const auto dot = std::min(text.find('.'), text.size());
        const auto part = text.substr(0, dot);
        const auto number = whole_number(part);
        const bool digits = !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
        if (!digits || part.size() > 3 || !number || *number > 255) return false;
        ++parts;
        if (dot == text.size()) break;
        text.remove_prefix(dot + 1);
        if (parts == 4) return false;
    }
    return parts == 4;
}

// What the model's name says by the maker's own rules; most sites meet no others.
std::string kind_by_model(std::string_view model)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> families{{{"DS-K1T", "face"},
                                                                                     {"DS-K5", "face"},
                                                                                     {"DS-TC", "plate"},
                                                                                     {"DS-TMG", "barrier"},
                                                                                     {"DS-2", "camera"}}};
    for (const auto& [prefix, kind] : families)
        if (model.starts_with(prefix)) return std::string(kind);
    return {};
}

// 58-50-ED-1F-E3-85 as 58:50:ed:1f:e3:85
std::string mac_of(std::string text)
{
    std::replace(text.begin(), text.end(), '-', ':');
    return ascii::lower(text);
}

// "V5.6.2build 190701": some write no blank there.
std::string firmware_of(std::string text)
{
    const auto at = text.find("build");
    if (at != std::string::npos && at > 0 && text[at - 1] != ' ') text.insert(at, " ");
    return text;
}

std::string address_of(const std::string& host, const std::string& port)
{
    const auto number = whole_number(port).value_or(0);
    if (number <= 0 || number > 65535 || number == 80) return "http://" + host;
    return fmt::format("http://{}:{}", host, number);
}

std::optional<device::Found> read(std::string_view datagram, const base::Endpoint& from)
{
    // Some models put bytes of their own in front (sheet §1).
    const auto start = datagram.find('<');
    if (start == std::string_view::npos) return std::nullopt;
    XmlDocument xml;
    xml.load(datagram.substr(start));
    if (xml.flaw != DocumentFlaw::none || xml.root_name() != "ProbeMatch") return std::nullopt;
    const auto root = xml.root();
    device::Found found;
    found.protocol = "isapi";
    found.make = "Hikvision";
    found.model = shown(root, "DeviceDescription");
    found.kind = kind_by_model(found.model);
    found.serial = shown(root, "DeviceSN");
    found.firmware = firmware_of(shown(root, "SoftwareVersion"));
    found.mac = mac_of(shown(root, "MAC"));
    found.activated = truth(text_of(root, "Activated"));
    found.host = shown(root, "IPv4Address");
    if (!is_ipv4(found.host)) found.host = from.host;
    found.address = address_of(found.host, shown(root, "HttpPort"));
    if (found.serial.empty() && found.mac.empty()) return std::nullopt;
    return found;
}

} // namespace

const device::FindMethod find_cameras{
    .name = "SADP",
    .group = "239.255.255.250",
    .port = sadp_port,
    .local_port = sadp_port,
    .probes = &probes,
    .read = &read,
};

} // namespace gatehouse::isapi
