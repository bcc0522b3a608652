#include "gateway/cli/verbs.hpp"

#include <boost/json/serialize.hpp>

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

int gate(const Console& console, const std::string& action, const std::string& lane,
         const std::string& reason, const std::string& operator_name)
{
    const boost::json::object body{
        {"action", action}, {"lane", lane}, {"reason", reason}, {"operator", operator_name}};
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
