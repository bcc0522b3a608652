#include "gateway/cli/verbs.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::cli {

int fire_status(const Console& console)
{
    const auto reply = console.fetch("/api/v1/fire");
    if (!reply) return 1;
    const bool burning = text_of(*reply, "burning") == "true";
    if (console.json) {
        console.print(*reply);
        return burning ? 1 : 0;
    }
    console.out << (burning
                        ? "burning since " + text_of(*reply, "since") + ", input " + text_of(*reply, "input")
                        : std::string("nothing burns"))
                << "\n";
    TextTable table({"OUTPUT", "STATE"});
    for (const auto& output : items_of(*reply, "outputs"))
        table.add({text_of(output, "output"), text_of(output, "state")});
    if (burning) table.print(console.out);
    return burning ? 1 : 0;
}

int fire_clear(const Console& console, const std::string& operator_name, const std::string& reason)
{
    const boost::json::object body{{"operator", operator_name}, {"reason", reason}};
    const auto reply = console.send({.target = "/api/v1/fire/clear", .body = boost::json::serialize(body)});
    if (!reply) return 1;
    if (console.json)
        console.print(*reply);
    else
        console.out << "cleared: doors are given back to their readers, barriers stay up until somebody "
                       "closes them\n";
    return 0;
}

} // namespace gatehouse::cli
