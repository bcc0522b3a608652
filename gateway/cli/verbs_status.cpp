#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::cli {
namespace {

void print_lanes(const Console& console, const boost::json::value& status)
{
    TextTable table({"LANE", "NAME", "DIRECTION", "DECIDES", "BARRIER"});
    for (const auto& lane : items_of(status, "lanes"))
        table.add({text_of(lane, "id"), text_of(lane, "name"), text_of(lane, "direction"),
                   text_of(lane, "decide"), text_of(lane, "barrier")});
    table.print(console.out);
}

void print_devices(const Console& console, const boost::json::value& status)
{
    TextTable table({"DEVICE", "NAME", "KIND", "LINK", "LAST EVENT", "WHY"});
    for (const auto& device : items_of(status, "devices"))
        table.add({text_of(device, "id"), text_of(device, "name"), text_of(device, "kind"),
                   text_of(device, "link"), text_of(device, "last_event"), text_of(device, "why")});
    table.print(console.out);
}

void print_upstreams(const Console& console, const boost::json::value& status)
{
    TextTable table({"UPSTREAM", "LINK", "BACKLOG", "TIME TO EMPTY", "DELIVERED", "REJECTED", "WHY"});
    for (const auto& upstream : items_of(status, "upstreams"))
        table.add({text_of(upstream, "name"), text_of(upstream, "link"), text_of(upstream, "backlog"),
                   text_of(upstream, "seconds_to_empty"), text_of(upstream, "delivered"),
                   text_of(upstream, "rejected"), text_of(upstream, "why")});
    table.print(console.out);
}

void print_channels(const Console& console, const boost::json::value& status)
{
    const auto channels = items_of(status, "channels");
    if (channels.empty()) return;
    TextTable table(
        {"STAFF CHANNEL", "PROTOCOL", "STATE", "WAITING", "SENT", "IN DIGESTS", "GIVEN UP", "WHY"});
    for (const auto& channel : channels)
        table.add({text_of(channel, "name"), text_of(channel, "protocol"), text_of(channel, "state"),
                   text_of(channel, "waiting"), text_of(channel, "sent"), text_of(channel, "digested"),
                   text_of(channel, "dead_letters"), text_of(channel, "why")});
    table.print(console.out);
    console.out << "\n";
}

void print_vision(const Console& console, const boost::json::value& status)
{
    const auto* members = status.if_object();
    const auto* vision = members == nullptr ? nullptr : members->if_contains("vision");
    if (vision == nullptr || text_of(*vision, "state") == "off") return;
    const auto reason = text_of(*vision, "why");
    console.out << "vision " << text_of(*vision, "state") << (reason == "-" ? "" : " (" + reason + ")")
                << "   cameras " << text_of(*vision, "cameras") << "   restarts "
                << text_of(*vision, "restarts") << "\n";
}

} // namespace

int show_status(const Console& console)
{
    const auto status = console.fetch("/api/v1/status");
    if (!status) {
        if (console.json) console.out << "{\"verdict\":\"down\"}\n";
        return 2;
    }
    const auto verdict = text_of(*status, "verdict");
    if (console.json) {
        console.print(*status);
    } else {
        console.out << verdict;
        for (const auto& reason : texts_of(*status, "reasons"))
            console.out << "\n  " << reason;
        console.out << "\n\n";
        print_lanes(console, *status);
        console.out << "\n";
        print_devices(console, *status);
        console.out << "\n";
        print_upstreams(console, *status);
        console.out << "\n";
        print_channels(console, *status);
        const auto* members = status->if_object();
        const auto* occupancy = members == nullptr ? nullptr : members->if_contains("occupancy");
        print_vision(console, *status);
        if (occupancy != nullptr)
            console.out << "in the estate " << text_of(*occupancy, "vehicles") << " vehicles, "
                        << text_of(*occupancy, "persons") << " persons\n";
        console.out << "alerts open " << text_of(*status, "alerts_open") << "   disk "
                    << text_of(*status, "disk") << "   clock " << text_of(*status, "clock") << "   version "
                    << text_of(*status, "version") << "\n";
    }
    if (verdict == "healthy") return 0;
    return verdict == "down" ? 2 : 1;
}

} // namespace gatehouse::cli
