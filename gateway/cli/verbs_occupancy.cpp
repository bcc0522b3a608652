#include "gateway/cli/verbs.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::cli {
namespace {

constexpr std::string_view absent = "-"; // as text_of() has it

int print(const Console& console, const boost::json::value& occupancy)
{
    if (console.json) return console.print(occupancy), 0;
    console.out << "vehicles " << text_of(occupancy, "vehicles");
    const auto spaces = text_of(occupancy, "spaces");
    if (spaces != absent) console.out << " of " << spaces << ", " << text_of(occupancy, "free") << " free";
    console.out << "\npersons " << text_of(occupancy, "persons") << "\n";
    const auto who = text_of(occupancy, "corrected_by");
    if (who != absent)
        console.out << "corrected by " << who << " at " << text_of(occupancy, "corrected_at") << "\n";
    return 0;
}

} // namespace

int occupancy_show(const Console& console)
{
    const auto reply = console.fetch("/api/v1/occupancy");
    return reply ? print(console, *reply) : 1;
}

int occupancy_set(const Console& console, const OccupancyWord& word)
{
    if (word.vehicles < 0 && word.persons < 0) {
        console.err << "gatehouse: say --vehicles or --persons\n";
        return 1;
    }
    boost::json::object body{{"operator", word.operator_name}, {"reason", word.reason}};
    if (word.vehicles >= 0) body["vehicles"] = word.vehicles;
    if (word.persons >= 0) body["persons"] = word.persons;
    const auto reply = console.send({.target = "/api/v1/occupancy", .body = boost::json::serialize(body)});
    return reply ? print(console, *reply) : 1;
}

} // namespace gatehouse::cli
