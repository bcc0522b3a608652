#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace gatehouse::cli {
namespace {

constexpr std::size_t alerts_max = 1000; // what the API gives at once

int change(const Console& console, const std::string& id, const std::string& verb,
           const boost::json::object& body)
{
    const auto reply = console.send(
        {.target = "/api/v1/alerts/" + encoded(id) + "/" + verb, .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json)
        console.print(*reply);
    else
        console.out << id << " " << text_of(*reply, "state") << "\n";
    return 0;
}

} // namespace

int alert_list(const Console& console, bool all)
{
    const auto reply =
        console.fetch("/api/v1/alerts?limit=" + std::to_string(alerts_max) + (all ? "" : "&open=1"));
    if (!reply) return 1;
    TextTable table({"ALERT", "SEVERITY", "STATE", "COUNT", "KIND", "DEVICE", "RAISED", "TEXT"});
    const auto alerts = items_of(*reply, "alerts");
    for (const auto& alert : alerts) {
        if (console.json) {
            console.print(alert);
            continue;
        }
        table.add({text_of(alert, "alert_id"), text_of(alert, "severity"), text_of(alert, "state"),
                   text_of(alert, "count"), text_of(alert, "kind"), text_of(alert, "device"),
                   text_of(alert, "raised_at"), text_of(alert, "text")});
    }
    if (!console.json) table.print(console.out);
    console.say_if_cut(alerts.size(), alerts_max);
    return 0;
}

int alert_show(const Console& console, const std::string& id)
{
    const auto alert = console.fetch("/api/v1/alerts/" + encoded(id));
    if (!alert) return 1;
    if (console.json) {
        console.print(*alert);
    } else if (alert->is_object()) {
        for (const auto& member : alert->as_object())
            console.out << member.key() << ": " << text_of(*alert, member.key()) << "\n";
    }
    return 0;
}

int alert_ack(const Console& console, const std::string& id, const std::string& operator_name,
              const std::string& note)
{
    return change(console, id, "ack", {{"operator", operator_name}, {"note", note}});
}

int alert_close(const Console& console, const std::string& id, const std::string& operator_name,
                const std::string& result, const std::string& note)
{
    return change(console, id, "close", {{"operator", operator_name}, {"result", result}, {"note", note}});
}

} // namespace gatehouse::cli
