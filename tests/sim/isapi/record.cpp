#include "tests/sim/isapi/record.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::sim::isapi {
namespace {

struct Row {
    Type type;
    std::string_view name;
    int major;
    int minor;
};

constexpr std::array<Row, 21> rows{{
    {Type::plate, "plate", 0, 0},
    {Type::face, "face", 5, 75},
    {Type::stranger, "stranger", 5, 76},
    {Type::card, "card", 5, 1},
    {Type::card_unknown, "card_unknown", 5, 9},
    {Type::door_opened, "door_opened", 5, 25},
    {Type::door_closed, "door_closed", 5, 26},
    {Type::door_forced, "door_forced", 5, 27},
    {Type::door_held, "door_held", 5, 28},
    {Type::unlocked, "unlocked", 5, 21},
    {Type::locked, "locked", 5, 22},
    {Type::button, "button", 5, 23},
    {Type::doorbell, "doorbell", 5, 37},
    {Type::duress, "duress", 1, 1034},
    {Type::tamper, "tamper", 1, 1030},
    {Type::power_on, "power_on", 2, 1024},
    {Type::io, "io", 0, 0},
    {Type::motion, "motion", 0, 0},
    {Type::intrusion, "intrusion", 0, 0},
    {Type::videoloss, "videoloss", 0, 0},
    {Type::diskerror, "diskerror", 0, 0},
}};

const Row& row_of(Type type)
{
    return *std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.type == type; });
}

} // namespace

std::optional<Type> parse_type(std::string_view name)
{
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
    if (row == rows.end()) return std::nullopt;
    return row->type;
}

std::string_view name_of(Type type)
{
    return row_of(type).name;
}

std::optional<std::pair<int, int>> acs_code(Type type)
{
    const Row& row = row_of(type);
    if (row.major == 0) return std::nullopt;
    return std::pair(row.major, row.minor);
}

} // namespace gatehouse::sim::isapi
