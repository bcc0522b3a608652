#include "gateway/cli/password_prompt.hpp"
#include "gateway/cli/verbs.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::cli {
namespace {

std::optional<std::string> password_for(const Console& console, const UserOrder& order)
{
    return order.password_stdin ? read_password(console.err) : ask_for_password(console.err);
}

std::string joined(const std::vector<std::string>& texts, std::string_view none)
{
    std::string line;
    for (const auto& text : texts)
        line += (line.empty() ? "" : " ") + text;
    return line.empty() ? std::string(none) : line;
}

// What has been done has nothing more to tell.
int remove(const Console& console, const std::string& target, const std::string& operator_name)
{
    const auto reply = console.client().remove(target + "?operator=" + encoded(operator_name));
    if (!reply) return console.unreachable(reply.error()), 1;
    if (!reply->ok()) return console.refused(*reply), 1;
    return 0;
}

} // namespace

int user_list(const Console& console)
{
    const auto reply = console.fetch("/api/v1/users");
    if (!reply) return 1;
    TextTable table({"NAME", "SHOWN AS", "ROLE", "LANES", "STATE", "LAST LOG-IN"});
    for (const auto& user : items_of(*reply, "users")) {
        if (console.json) console.print(user);
        const bool disabled = text_of(user, "disabled") == "true";
        const bool must_change = text_of(user, "must_change_password") == "true";
        table.add({text_of(user, "name"), text_of(user, "display_name"), text_of(user, "role"),
                   joined(texts_of(user, "lanes"), "all"),
                   disabled      ? "disabled"
                   : must_change ? "must change password"
                                 : "active",
                   text_of(user, "last_login_at")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int user_add(const Console& console, const UserOrder& order)
{
    const auto password = password_for(console, order);
    if (!password) return 1;
    boost::json::object body{{"name", order.name},
                             {"role", order.role},
                             {"password", *password},
                             {"operator", order.operator_name}};
    if (!order.display_name.empty()) body["display_name"] = order.display_name;
    if (!order.lanes.empty()) body["lanes"] = boost::json::array(order.lanes.begin(), order.lanes.end());
    const auto reply = console.send({.target = "/api/v1/users", .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json) return console.print(*reply), 0;
    console.out << "added " << order.name << "; it must choose a password of its own at the first log-in\n";
    return 0;
}

int user_passwd(const Console& console, const UserOrder& order)
{
    const auto password = password_for(console, order);
    if (!password) return 1;
    const boost::json::object body{{"password", *password}, {"operator", order.operator_name}};
    const auto reply = console.send({.target = "/api/v1/users/" + encoded(order.name) + "/password",
                                     .body = boost::json::serialize(body)});
    if (!reply) return 1;
    console.out << "set; " << order.name << " is logged out everywhere and must choose another\n";
    return 0;
}

int user_remove(const Console& console, const UserOrder& order)
{
    return remove(console, "/api/v1/users/" + encoded(order.name), order.operator_name);
}

int token_list(const Console& console)
{
    const auto reply = console.fetch("/api/v1/tokens");
    if (!reply) return 1;
    TextTable table({"ID", "NAME", "PERMISSIONS", "EXPIRES", "LAST USED", "MADE BY"});
    for (const auto& token : items_of(*reply, "tokens")) {
        if (console.json) console.print(token);
        table.add({text_of(token, "id"), text_of(token, "name"), joined(texts_of(token, "permissions"), "-"),
                   text_of(token, "expires_at"), text_of(token, "last_used_at"),
                   text_of(token, "created_by")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int token_create(const Console& console, const TokenOrder& order)
{
    const boost::json::object body{
        {"name", order.name},
        {"permissions", boost::json::array(order.permissions.begin(), order.permissions.end())},
        {"days", order.days},
        {"operator", order.operator_name}};
    const auto reply = console.send({.target = "/api/v1/tokens", .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json) return console.print(*reply), 0;
    console.err << "gatehouse: this is shown once; keep it where a password may lie\n";
    console.out << text_of(*reply, "token") << "\n";
    return 0;
}

int token_revoke(const Console& console, const TokenOrder& order)
{
    return remove(console, "/api/v1/tokens/" + encoded(order.name), order.operator_name);
}

} // namespace gatehouse::cli
