#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::cli {

int queue_stat(const Console& console)
{
    const auto reply = console.fetch("/api/v1/queue");
    if (!reply) return 1;
    TextTable table(
        {"UPSTREAM", "LINK", "BACKLOG", "ALERTS", "OLDEST", "TIME TO EMPTY", "DELIVERED", "REJECTED"});
    for (const auto& upstream : items_of(*reply, "upstreams")) {
        if (console.json) {
            console.print(upstream);
            continue;
        }
        table.add({text_of(upstream, "name"), text_of(upstream, "link"), text_of(upstream, "backlog"),
                   text_of(upstream, "alerts"), text_of(upstream, "oldest"),
                   text_of(upstream, "seconds_to_empty"), text_of(upstream, "delivered"),
                   text_of(upstream, "rejected")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int queue_peek(const Console& console, const std::string& upstream, int limit)
{
    const auto reply =
        console.fetch("/api/v1/queue/" + encoded(upstream) + "/peek?limit=" + std::to_string(limit));
    if (!reply) return 1;
    for (const auto& event : items_of(*reply, "events")) {
        if (console.json)
            console.print(event);
        else
            console.out << text_of(event, "seq") << "  " << text_of(event, "time") << "  "
                        << text_of(event, "device") << "  " << text_of(event, "type") << "\n";
    }
    return 0;
}

int queue_drain(const Console& console, const std::string& upstream)
{
    const auto reply = console.send({.target = "/api/v1/queue/" + encoded(upstream) + "/drain"});
    if (!reply) return 1;
    if (console.json)
        console.print(*reply);
    else
        console.out << "sending now; see gatehouse queue stat\n";
    return 0;
}

int queue_quarantine(const Console& console, const std::string& upstream)
{
    const auto reply = console.fetch("/api/v1/queue/" + encoded(upstream) + "/quarantine");
    if (!reply) return 1;
    TextTable table({"SEQ", "AT", "REASON"});
    for (const auto& letter : items_of(*reply, "dead_letters")) {
        if (console.json) {
            console.print(letter);
            continue;
        }
        table.add({text_of(letter, "seq"), text_of(letter, "at"), text_of(letter, "reason")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

} // namespace gatehouse::cli
