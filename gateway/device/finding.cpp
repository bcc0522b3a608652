#include "gateway/device/finding.hpp"

#include "gateway/config/quoted.hpp"

#include <algorithm>

namespace gatehouse::device {

using config::quoted;

namespace {

bool same_text(std::string_view one, std::string_view other)
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        return lower(a) == lower(b);
    });
}

bool is(const Found& found, const config::DeviceConfig& device, const std::string& serial)
{
    if (!found.protocol.empty() && found.protocol != device.protocol) return false;
    if (!found.serial.empty() && !serial.empty()) return same_text(found.serial, serial);
    return config::host_of(device.address) == found.host;
}

std::string id_for(const Found& found)
{
    std::string tail;
    for (const char c : found.serial.empty() ? found.host : found.serial) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        tail += (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '-';
    }
    if (tail.size() > 12) tail.erase(0, tail.size() - 12);
    return found.protocol + "-" + tail;
}

std::string block_for(const Found& found)
{
    if (found.protocol.empty()) return {};
    const auto id = id_for(found);
    const auto name = !found.name.empty() ? found.name : found.make + " " + found.model;
    std::string text = "[[device]]\nid = " + quoted(id) + "\nname = " + quoted(name);
    text += "\nprotocol = " + quoted(found.protocol);
    text += "\nkind = " + quoted(found.kind.empty() ? "camera" : found.kind);
    if (found.kind.empty()) text += " # face | plate | barrier | camera | controller";
    text += "\naddress = " + quoted(found.address.empty() ? found.host : found.address);
    return text + "\nusername = \"admin\"\npassword = { credential = " + quoted(id) + " }\n";
}

std::string clash_of(const Finding& finding, const std::vector<Finding>& all,
                     const std::vector<config::DeviceConfig>& configured)
{
    const auto& mine = finding.found;
    for (const auto& other : all) {
        const auto& theirs = other.found;
        const bool same_place = theirs.host == mine.host && other.interface == finding.interface;
        if (same_place && !mine.mac.empty() && !theirs.mac.empty() && !same_text(mine.mac, theirs.mac))
            return "two devices have the address " + mine.host + ": " + mine.mac + " and " + theirs.mac;
    }
    if (!finding.configured.empty()) return {};
    for (const auto& device : configured)
        if (config::host_of(device.address) == mine.host && device.protocol == mine.protocol)
            return "device " + device.id + " of the configuration has this address and another serial number";
    return {};
}

} // namespace

void judge(std::vector<Finding>& findings, const std::vector<config::DeviceConfig>& configured,
           const std::map<std::string, std::string>& serials)
{
    for (auto& finding : findings) {
        const auto known =
            std::find_if(configured.begin(), configured.end(), [&](const config::DeviceConfig& device) {
                const auto serial = serials.find(device.id);
                return is(finding.found, device, serial == serials.end() ? "" : serial->second);
            });
        if (known != configured.end()) finding.configured = known->id;
    }
    for (auto& finding : findings) {
        finding.clash = clash_of(finding, findings, configured);
        if (finding.configured.empty()) finding.block = block_for(finding.found);
    }
}

} // namespace gatehouse::device
