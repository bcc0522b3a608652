#include "gateway/cli/verbs.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include <pwd.h>
#include <unistd.h>

namespace gatehouse::cli {
namespace {

// The words of contract.md §2: done, failed, expired, unknown, refused. Whether a gate that said OK but was
// not seen to move did so is unknown.
std::string word_of(const std::string& status)
{
    if (status == "confirmed") return "done";
    if (status == "accepted") return "unknown";
    if (status == "rejected" || status == "duplicate") return "refused";
    return status;
}

} // namespace

std::string terminal_user()
{
    const auto* entry = getpwuid(getuid());
    return entry == nullptr ? std::to_string(getuid()) : std::string(entry->pw_name);
}

int give_order(const Console& console, const CommandOrder& order)
{
    boost::json::object body{
        {"action", order.action}, {"reason", order.reason}, {"operator", order.operator_name}};
    if (!order.lane.empty()) body["lane"] = order.lane;
    if (!order.device.empty()) body["device"] = order.device;
    if (order.output != 1) body["output"] = order.output;
    boost::json::object args;
    for (const auto& argument : order.arguments) {
        const auto mark = std::min(argument.find('='), argument.size());
        args[argument.substr(0, mark)] = mark < argument.size() ? argument.substr(mark + 1) : std::string();
    }
    if (!args.empty()) body["args"] = std::move(args);
    auto reply = console.send(
        {.target = "/api/v1/commands", .body = boost::json::serialize(body), .patience = long_patience});
    if (!reply) return 1;
    const auto word = word_of(text_of(*reply, "status"));
    if (console.json) {
        if (auto* members = reply->if_object()) (*members)["status"] = word;
        console.print(*reply);
    } else {
        console.out << word << ": " << text_of(*reply, "text") << "\n";
    }
    return word == "done" ? 0 : 1;
}

} // namespace gatehouse::cli
