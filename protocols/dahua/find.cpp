#include "protocols/dahua/find.hpp"

#include "protocols/dahua/fields.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

constexpr std::size_t header_size = 32;

std::string little_endian(std::size_t number)
{
    std::string out;
    for (unsigned shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(number >> shift & 0xFFU);
    return out;
}

// 32 bytes, then JSON; bare JSON gets no answer (sheet §7).
std::vector<std::string> probes(base::Random&)
{
    const std::string body =
        "{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n";
    std::string packet = little_endian(header_size) + "DHIP" + std::string(8, '\0');
    packet += little_endian(body.size()) + std::string(4, '\0');
    packet += little_endian(body.size()) + std::string(4, '\0');
    std::vector<std::string> out;
    out.push_back(packet + body);
    return out;
}

// Which of our kinds it is, where its class or type tells.
std::string kind_of(const std::string& device_class, const std::string& type)
{
    const auto word = lower(device_class);
    if (lower(type).starts_with("itc") || word == "itc") return "plate";
    if (word == "vto" || word == "bsc" || word == "asi" || word == "acs") return "face";
    return word == "ipc" || word == "nvr" || word == "dvr" ? "camera" : "";
}

// 0: it knows no first password, 1: it waits for one, 2: it has one.
std::optional<bool> activated(std::optional<std::int64_t> init)
{
    if (!init || *init < 0 || (*init & 3) == 0 || (*init & 3) == 3) return std::nullopt;
    return (*init & 3) == 2;
}

std::optional<device::Found> read(std::string_view datagram, const base::Endpoint& from)
{
    if (datagram.size() < header_size || datagram.substr(4, 4) != "DHIP") return std::nullopt;
    auto body = datagram.substr(header_size);
    body = body.substr(0, body.find_last_of('}') + 1); // 0A or 0A 00 may follow
    const auto tree = read_json(body);
    if (!tree || text_at(*tree, "method") != "client.notifyDevInfo") return std::nullopt;
    const auto* info = find(*tree, "params.deviceInfo");
    if (info == nullptr || !info->is_object()) return std::nullopt;
    const auto& device = info->get_object();
    device::Found found;
    found.protocol = "dahua";
    found.model = text_at(device, "DeviceType");
    found.kind = kind_of(text_at(device, "DeviceClass"), found.model);
    found.host = text_at(device, "IPv4Address.IPAddress");
    if (found.host.empty()) found.host = from.host;
    const auto port = number_at(device, "HttpPort").value_or(80);
    found.address = "http://" + found.host + (port == 80 ? std::string() : fmt::format(":{}", port));
    const auto vendor = text_at(device, "Vendor");
    found.make =
        vendor.empty() || same_word(vendor, "Private") || same_word(vendor, "General") ? "Dahua" : vendor;
    found.serial = text_at(device, "SerialNo");
    found.firmware = text_at(device, "Version");
    found.mac = lower(text_at(*tree, "mac"));
    found.name = text_at(device, "MachineName");
    found.activated = activated(number_at(device, "Init"));
    return found;
}

} // namespace

const device::FindMethod find_method{"DHDiscover", "239.255.255.251", 37810, 0, &probes, &read};

} // namespace gatehouse::dahua
