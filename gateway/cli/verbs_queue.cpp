#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

#include <functional>

namespace gatehouse::cli {
namespace {

constexpr std::size_t letters_max = 1000; // what the API gives at once

boost::json::value of_upstream(boost::json::value thing, const std::string& name)
{
    if (auto* members = thing.if_object()) (*members)["upstream"] = name;
    return thing;
}

// Does the same for the one named, or for all of them, until it fails once.
int for_each_upstream(const Console& console, const std::string& named,
                      const std::function<bool(const std::string& name)>& act)
{
    if (!named.empty()) return act(named) ? 0 : 1;
    const auto reply = console.fetch("/api/v1/queue");
    if (!reply) return 1;
    for (const auto& upstream : items_of(*reply, "upstreams"))
        if (!act(text_of(upstream, "name"))) return 1;
    return 0;
}

} // namespace

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
    return for_each_upstream(console, upstream, [&](const std::string& name) {
        const auto reply =
            console.fetch("/api/v1/queue/" + encoded(name) + "/peek?limit=" + std::to_string(limit));
        if (!reply) return false;
        for (const auto& event : items_of(*reply, "events")) {
            if (console.json)
                console.print(of_upstream(event, name));
            else
                console.out << name << "  " << text_of(event, "seq") << "  " << text_of(event, "time") << "  "
                            << text_of(event, "device") << "  " << text_of(event, "type") << "\n";
        }
        return true;
    });
}

int queue_drain(const Console& console, const std::string& upstream)
{
    return for_each_upstream(console, upstream, [&](const std::string& name) {
        const auto reply = console.send({.target = "/api/v1/queue/" + encoded(name) + "/drain"});
        if (!reply) return false;
        if (console.json)
            console.print(of_upstream(*reply, name));
        else
            console.out << name << ": sending now; see gatehouse queue stat\n";
        return true;
    });
}

int queue_quarantine(const Console& console, const std::string& upstream)
{
    TextTable table({"UPSTREAM", "SEQ", "AT", "REASON"});
    const auto code = for_each_upstream(console, upstream, [&](const std::string& name) {
        const auto reply = console.fetch("/api/v1/queue/" + encoded(name) +
                                         "/quarantine?limit=" + std::to_string(letters_max));
        if (!reply) return false;
        const auto letters = items_of(*reply, "dead_letters");
        for (const auto& letter : letters) {
            if (console.json)
                console.print(of_upstream(letter, name));
            else
                table.add({name, text_of(letter, "seq"), text_of(letter, "at"), text_of(letter, "reason")});
        }
        console.say_if_cut(letters.size(), letters_max);
        return true;
    });
    if (!console.json && code == 0) table.print(console.out);
    return code;
}

} // namespace gatehouse::cli
