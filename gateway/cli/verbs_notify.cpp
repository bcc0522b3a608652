#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::cli {
namespace {

// By name, or by what there is of a person.
std::string people_of(const boost::json::value& channel)
{
    std::string people;
    for (const auto& person : items_of(channel, "people")) {
        const auto* known = person.if_object();
        if (known == nullptr || known->empty()) continue;
        people += (people.empty() ? "" : ", ") + text_of(person, known->begin()->key());
    }
    return people;
}

std::string when_of(const boost::json::value& channel)
{
    const auto when = text_of(channel, "when");
    return when == "held" ? "at " + text_of(channel, "held_until") : when;
}

} // namespace

int alert_route_test(const Console& console, const RouteTestOptions& options)
{
    std::string target = "/api/v1/alerts/route-test?severity=" + std::to_string(options.severity);
    if (!options.kind.empty()) target += "&kind=" + encoded(options.kind);
    if (!options.role.empty()) target += "&role=" + encoded(options.role);
    if (!options.at.empty()) target += "&at=" + encoded(options.at);
    const auto reply = console.fetch(target);
    if (!reply) return 1;
    bool anybody = false;
    TextTable table({"STAFF CHANNEL", "PROTOCOL", "CALLED", "WHEN", "PEOPLE", "WHY NOT"});
    for (const auto& channel : items_of(*reply, "channels")) {
        const bool called = text_of(channel, "called") == "true";
        anybody = anybody || called;
        table.add({text_of(channel, "name"), text_of(channel, "protocol"), called ? "yes" : "no",
                   when_of(channel), people_of(channel), text_of(channel, "why")});
    }
    if (console.json)
        console.print(*reply);
    else
        table.print(console.out);
    if (!anybody && !console.json) console.err << "nobody would be called\n";
    return anybody ? 0 : 1;
}

} // namespace gatehouse::cli
