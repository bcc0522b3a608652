#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace gatehouse::cli {
namespace {

constexpr std::size_t alerts_max = 1000; // what the API gives at once

// What the API gives a list of, as lines of JSON or in columns.
int print_list(const Console& console, const std::string& target, std::string_view name,
               const std::vector<std::string>& members, const std::vector<std::string>& header)
{
    const auto reply = console.fetch(target);
    if (!reply) return 1;
    TextTable table(header);
    for (const auto& item : items_of(*reply, name)) {
        if (console.json) {
            console.print(item);
            continue;
        }
        std::vector<std::string> row;
        for (const auto& member : members)
            row.push_back(text_of(item, member));
        table.add(std::move(row));
    }
    if (!console.json) table.print(console.out);
    return 0;
}

// Sends and prints the answer, or of it only the line that says what has become of it.
int send(const Console& console, const std::string& target, const boost::json::object& body,
         const std::vector<std::string>& members)
{
    const auto reply = console.send({.target = target, .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json) {
        console.print(*reply);
        return 0;
    }
    std::string line;
    for (const auto& member : members)
        line += (line.empty() ? "" : " ") + text_of(*reply, member);
    console.out << line << "\n";
    return 0;
}

void print_steps(const Console& console, const boost::json::value& alert)
{
    TextTable table({"STEP", "TO", "AT", "BY", "ROLE", "NOTE"});
    for (const auto& step : items_of(alert, "transitions"))
        table.add({text_of(step, "seq"), text_of(step, "to"), text_of(step, "at"), text_of(step, "actor"),
                   text_of(step, "role"), text_of(step, "note")});
    table.print(console.out);
}

} // namespace

int alert_list(const Console& console, bool all, bool suppressed)
{
    const std::string filter = suppressed ? "&suppressed=1" : all ? "" : "&open=1";
    const auto reply = console.fetch("/api/v1/alerts?limit=" + std::to_string(alerts_max) + filter);
    if (!reply) return 1;
    TextTable table({"ALERT", "SEVERITY", "STATE", "FOR", "COUNT", "KIND", "DEVICE", "RAISED", "TEXT"});
    const auto alerts = items_of(*reply, "alerts");
    for (const auto& alert : alerts) {
        if (console.json) {
            console.print(alert);
            continue;
        }
        table.add({text_of(alert, "alert_id"), text_of(alert, "severity"), text_of(alert, "state"),
                   text_of(alert, "assigned"), text_of(alert, "count"), text_of(alert, "kind"),
                   text_of(alert, "device"), text_of(alert, "raised_at"), text_of(alert, "text")});
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
            if (member.key() != "transitions")
                console.out << member.key() << ": " << text_of(*alert, member.key()) << "\n";
        print_steps(console, *alert);
    }
    return 0;
}

int alert_order(const Console& console, const std::string& verb, const AlertOrder& order)
{
    boost::json::object body{{"operator", order.operator_name}, {"role", order.role}, {"note", order.note}};
    if (!order.result.empty()) body["result"] = order.result;
    if (!order.number.empty()) body["number"] = order.number;
    return send(console, "/api/v1/alerts/" + encoded(order.id) + "/" + verb, body, {"alert_id", "state"});
}

int alert_silence(const Console& console, const SilenceOrder& order, const std::string& operator_name)
{
    if (!order.end.empty()) {
        boost::json::object ending;
        ending["operator"] = operator_name;
        return send(console, "/api/v1/silences/" + encoded(order.end) + "/end", ending, {"id", "until"});
    }
    if (order.minutes == 0)
        return print_list(console, "/api/v1/silences", "silences",
                          {"id", "kind", "device", "lane", "author", "from", "until", "reason"},
                          {"SILENCE", "KIND", "DEVICE", "LANE", "AUTHOR", "FROM", "UNTIL", "REASON"});
    const boost::json::object body{{"operator", operator_name}, {"reason", order.reason},
                                   {"kind", order.kind},        {"device", order.device},
                                   {"lane", order.lane},        {"minutes", order.minutes}};
    return send(console, "/api/v1/silences", body, {"id", "until"});
}

int alert_handover(const Console& console, const std::string& text, const std::string& operator_name)
{
    if (text.empty())
        return print_list(console, "/api/v1/handovers", "handovers", {"at", "author", "open_alerts", "text"},
                          {"AT", "AUTHOR", "OPEN", "TEXT"});
    return send(console, "/api/v1/handovers", {{"operator", operator_name}, {"text", text}}, {"id", "at"});
}

} // namespace gatehouse::cli
