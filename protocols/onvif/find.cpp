#include "protocols/onvif/find.hpp"

#include "protocols/onvif/xml.hpp"
#include "protocols/wire/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::onvif {
namespace {

using device::Found;

constexpr std::string_view network_wsdl = "http://www.onvif.org/ver10/network/wsdl";
constexpr std::size_t datagram_max = 64U * 1024;

std::string probe(base::Random& random, std::string_view types)
{
    const auto high = random.next();
    const auto low = random.next();
    const auto id = fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32U, high >> 16U & 0xffffU,
                                high & 0xfffU, low >> 52U, low & 0xffffffffffffU);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<s:Envelope xmlns:s=\"{}\" xmlns:a=\"{}\" xmlns:d=\"{}\" xmlns:dn=\"{}\" "
        "xmlns:tds=\"{}\"><s:Header>"
        "<a:Action s:mustUnderstand=\"1\">{}/Probe</a:Action><a:MessageID>uuid:{}</a:MessageID>"
        "<a:To s:mustUnderstand=\"1\">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "</s:Header><s:Body><d:Probe>{}</d:Probe></s:Body></s:Envelope>",
        ns::soap, ns::wsa2004, ns::discovery, network_wsdl, ns::tds, ns::discovery, id, types);
}

// Cameras answer to the first; door controllers only to the others.
std::vector<std::string> probes(base::Random& random)
{
    std::vector<std::string> out;
    out.push_back(probe(random, "<d:Types>dn:NetworkVideoTransmitter</d:Types>"));
    out.push_back(probe(random, "<d:Types>tds:Device</d:Types>"));
    out.push_back(probe(random, ""));
    return out;
}

std::vector<std::string> words(std::string_view list)
{
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string> out;
    while (!(list = ascii::trim(list)).empty()) {
        const auto end = std::min(list.find_first_of(blanks), list.size());
        out.emplace_back(list.substr(0, end));
        list.remove_prefix(end);
    }
    return out;
}

int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? digit(text[i + 1]) : -1;
        const int low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

// The value of onvif://www.onvif.org/NAME/value; letter case of the name varies.
std::string scope(const std::vector<std::string>& scopes, std::string_view name)
{
    const auto wanted = "onvif://www.onvif.org/" + ascii::lower(name) + '/';
    for (const auto& one : scopes)
        if (ascii::lower(one).starts_with(wanted))
            return wire::to_utf8(unescaped(std::string_view(one).substr(wanted.size())));
    return {};
}

bool is_ipv4(std::string_view host)
{
    return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos &&
           std::count(host.begin(), host.end(), '.') == 3;
}

struct Address {
    std::string host;
    std::string url; // as `address` of the configuration
};

// The one at the sender's own address; without it the first by IPv4; without that the sender itself.
Address address_of(const std::vector<std::string>& offered, const base::Endpoint& from)
{
    Address best;
    for (const auto& text : offered) {
        const auto parsed = boost::urls::parse_uri(text);
        if (!parsed || !is_ipv4(parsed->host_address())) continue;
        Address one;
        one.host = parsed->host_address();
        const std::string scheme(parsed->scheme());
        one.url = scheme + "://" + one.host;
        const bool usual = !parsed->has_port() || parsed->port_number() == 0 ||
                           parsed->port_number() == (scheme == "https" ? 443 : 80);
        if (!usual) one.url += ':' + std::to_string(parsed->port_number());
        const std::string path(parsed->encoded_path());
        if (path.size() > 1 && path != "/onvif/device_service") one.url += path;
        const bool plain = scheme == "http";
        if (one.host == from.host && (plain || best.host != from.host)) best = one;
        if (best.host.empty()) best = one;
    }
    if (best.host.empty()) {
        best.host = from.host;
        best.url = "http://" + from.host;
    }
    return best;
}

std::string kind_of(std::string_view types, const std::vector<std::string>& scopes)
{
    for (const auto& one : scopes) {
        const auto small = ascii::lower(one);
        if (small.ends_with("/profile/c") || small.ends_with("/profile/a")) return "controller";
    }
    return types.find("NetworkVideoTransmitter") != std::string_view::npos ? "camera" : "";
}

// "58:50:ED:1F:E3:85", "5850ed1fe385" or "58-50-...".
std::string mac_of(std::string_view text)
{
    std::string digits;
    for (const char c : ascii::lower(text))
        if (digit(c) >= 0) digits += c;
    if (digits.size() != 12) return {};
    std::string out = digits.substr(0, 2);
    for (std::size_t i = 2; i < digits.size(); i += 2)
        out += ':' + digits.substr(i, 2);
    return out;
}

std::optional<Found> read(std::string_view datagram, const base::Endpoint& from)
{
    if (datagram.size() > datagram_max) return std::nullopt;
    Document document;
    document.load(datagram);
    if (document.flaw != Flaw::none) return std::nullopt;
    const auto match = below(document.tree, ns::discovery, "ProbeMatch");
    if (!match) return std::nullopt;
    const auto types = text(child(match, ns::discovery, "Types"));
    const auto scopes = words(text(child(match, ns::discovery, "Scopes")));
    const bool onvif =
        types.find("NetworkVideo") != std::string::npos || types.find("Device") != std::string::npos ||
        std::any_of(scopes.begin(), scopes.end(),
                    [](const std::string& one) { return ascii::lower(one).starts_with("onvif://"); });
    if (!onvif) return std::nullopt; // printers and computers answer too
    const auto address = address_of(words(text(child(match, ns::discovery, "XAddrs"))), from);
    Found found;
    found.protocol = "onvif";
    found.kind = kind_of(types, scopes);
    found.address = address.url;
    found.host = address.host;
    found.name = scope(scopes, "name");
    found.model = scope(scopes, "hardware");
    found.make = found.name.substr(0, found.name.find(' ')); // "HIKVISION DS-2CD2385G1-I"
    if (found.make == found.model || found.make == found.name) found.make.clear();
    found.mac = mac_of(scope(scopes, "MAC"));
    return found;
}

} // namespace

const device::FindMethod ws_discovery{"WS-Discovery", "239.255.255.250", 3702, 0, probes, read};

} // namespace gatehouse::onvif
