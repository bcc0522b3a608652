#include "gateway/app/config_effects.hpp"

#include <array>
#include <map>

namespace gatehouse::app {
namespace {

// Sections without a life of their own; devices and the like are looked at one by one.
constexpr std::array sections{"site",   "gateway", "api",         "listener", "retention", "access",
                              "group",  "holiday", "schedule",    "fire",     "rule",      "welfare",
                              "roster", "report",  "maintenance", "vision"};

// What differs and no reload can change, by its name in the file.
std::vector<std::string> fixed_keys(const config::SiteConfig& now, const config::SiteConfig& wanted)
{
    std::vector<std::string> found;
    const auto differs = [&](const char* key, bool is_different) {
        if (is_different) found.emplace_back(key);
    };
    differs("site.id", now.site_id != wanted.site_id);
    differs("gateway.id", now.gateway_id != wanted.gateway_id);
    differs("gateway.data_dir", now.data_dir != wanted.data_dir);
    differs("gateway.control_socket", now.control_socket != wanted.control_socket);
    differs("site.timezone", now.utc_offset != wanted.utc_offset);
    differs("api.listen", now.api.address != wanted.api.address || now.api.port != wanted.api.port);
    differs("api.tls", now.api_tls != wanted.api_tls);
    differs("api.names", now.api_names != wanted.api_names);
    auto looks = wanted.vision;
    looks.check_plates = now.vision.check_plates;
    differs("vision", now.vision != looks);
    differs("listener.listen",
            now.listener.address != wanted.listener.address || now.listener.port != wanted.listener.port);
    return found;
}

using Fingerprints = std::map<std::string, std::string>; // by id or name

template <class Things>
Fingerprints by_name(const Things& things)
{
    Fingerprints found;
    for (const auto& thing : things)
        found.emplace(thing.name, thing.fingerprint);
    return found;
}

Fingerprints lanes_of(const config::SiteConfig& site)
{
    Fingerprints found;
    for (const auto& lane : site.lanes)
        found.emplace(lane.id, lane.fingerprint);
    return found;
}

Fingerprints devices_of(const config::SiteConfig& site)
{
    Fingerprints found;
    for (const auto& device : site.devices)
        if (device.enabled) found.emplace(device.id, device.fingerprint);
    return found;
}

struct Words {
    const char* gone;
    const char* changed;
    const char* fresh;
};

void compare(const Fingerprints& now, const Fingerprints& wanted, const std::string& what, const Words& words,
             std::vector<std::string>& out)
{
    const auto say = [&](const char* verb, const std::string& id) {
        out.push_back(verb + (' ' + what) + ' ' + id);
    };
    for (const auto& [id, fingerprint] : now) {
        const auto next = wanted.find(id);
        if (next == wanted.end())
            say(words.gone, id);
        else if (next->second != fingerprint)
            say(words.changed, id);
    }
    for (const auto& [id, fingerprint] : wanted)
        if (!now.contains(id)) say(words.fresh, id);
}

std::string section_fingerprint(config::Table& root, const char* section)
{
    auto all = root.table(section).fingerprint();
    for (const auto& element : root.tables(section))
        all += ' ' + element.fingerprint();
    return all;
}

void compare_sections(const std::string& now, const std::string& wanted, std::vector<std::string>& out)
{
    config::Issues known; // whoever asks has been told of them
    auto before = config::Table::parse(now, "", known);
    auto after = config::Table::parse(wanted, "", known);
    for (const auto* section : sections)
        if (section_fingerprint(before, section) != section_fingerprint(after, section))
            out.push_back(std::string("change section ") + section);
}

} // namespace

std::vector<std::string> fixed_differences(const config::SiteConfig& now, const config::SiteConfig& wanted)
{
    auto found = fixed_keys(now, wanted);
    for (auto& key : found)
        key += ": a reload cannot change this; restart the service";
    return found;
}

std::vector<std::string> effects_of(const config::SiteConfig& now, const config::SiteConfig& wanted,
                                    const std::string& now_text, const std::string& wanted_text)
{
    constexpr Words running{"stop", "restart", "start"};
    std::vector<std::string> effects;
    compare(devices_of(now), devices_of(wanted), "device", running, effects);
    compare(by_name(now.upstreams), by_name(wanted.upstreams), "upstream", running, effects);
    compare(by_name(now.notifies), by_name(wanted.notifies), "channel", running, effects);
    compare(lanes_of(now), lanes_of(wanted), "lane", {"remove", "change", "add"}, effects);
    compare_sections(now_text, wanted_text, effects);
    for (const auto& key : fixed_keys(now, wanted))
        effects.push_back("restart the service: " + key);
    return effects;
}

} // namespace gatehouse::app
