#include "tests/sim/uhppote/board_table.hpp"

#include "tests/sim/estate_node.hpp"
#include "tests/sim/uhppote/board.hpp"

#include <functional>
#include <map>

namespace gatehouse::sim::uhppote {
namespace {

using Setter = std::function<void(const toml::node&, BoardConfig&)>;

const std::map<std::string, Setter, std::less<>>& keys()
{
    static const std::map<std::string, Setter, std::less<>> keys{
        {"id", [](const auto& n, auto& b) { b.id = text_of(n); }},
        {"listen",
         [](const auto& n, auto& b) {
             const auto listen = listen_of(n);
             b.host = listen.host;
             b.port = listen.port;
         }},
        {"serial", [](const auto& n, auto& b) { b.serial = static_cast<std::uint32_t>(number_of(n)); }},
        {"listener",
         [](const auto& n, auto& b) {
             (void)listen_of(n); // its form
             b.listener = text_of(n);
         }},
        {"interval", [](const auto& n, auto& b) { b.interval = static_cast<int>(number_of(n)); }},
        {"special_events", [](const auto& n, auto& b) { b.special_events = flag_of(n); }},
        {"store_max", [](const auto& n, auto& b) { b.store_max = static_cast<std::uint32_t>(number_of(n)); }},
        {"block", [](const auto& n, auto& b) { b.block = static_cast<std::uint32_t>(number_of(n)); }},
        {"cards_max", [](const auto& n, auto& b) { b.cards_max = number_of(n); }},
        {"zone", [](const auto& n, auto& b) { b.zone = span_of(n); }},
        {"rate", [](const auto& n, auto& b) { b.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& b) { b.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& b) { b.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& b) { b.start = span_of(n); }},
        {"texts", [](const auto& n, auto& b) { b.texts = texts_of(n); }},
    };
    return keys;
}

} // namespace

void add_boards(const toml::table& table, std::vector<MakeMachine>& machines)
{
    BoardConfig model;
    std::uint64_t count = 1;
    for (const auto& [key, node] : table) {
        const auto setter = keys().find(key.str());
        if (key == "count")
            count = number_of(node);
        else if (setter != keys().end())
            setter->second(node, model);
        else
            fail(node, "no key of a uhppote board is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        BoardConfig board = model;
        board.id = replaced(model.id, "{n}", std::to_string(n));
        board.serial = model.serial + static_cast<std::uint32_t>(n - 1);
        board.seed = model.seed + n - 1;
        if (model.port != 0) board.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([board](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<Board>(ground, board);
        });
    }
}

} // namespace gatehouse::sim::uhppote
