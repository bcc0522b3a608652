#include "tests/sim/modbus/board_table.hpp"

#include "tests/sim/estate_node.hpp"
#include "tests/sim/modbus/relay_board.hpp"

#include <functional>
#include <map>

namespace gatehouse::sim::modbus {
namespace {

using Setter = std::function<void(const toml::node&, BoardConfig&)>;

BoardKind kind_of(const toml::node& node)
{
    const auto name = text_of(node);
    if (name == "waveshare") return BoardKind::waveshare;
    if (name == "momentary") return BoardKind::momentary;
    if (name == "coil") return BoardKind::coil;
    fail(node, "the board is waveshare, momentary or coil");
}

Framing framing_of(const toml::node& node)
{
    const auto name = text_of(node);
    if (name == "tcp") return Framing::tcp;
    if (name == "rtu") return Framing::rtu;
    fail(node, "the framing is tcp or rtu");
}

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
        {"framing", [](const auto& n, auto& b) { b.framing = framing_of(n); }},
        {"board", [](const auto& n, auto& b) { b.board = kind_of(n); }},
        {"unit", [](const auto& n, auto& b) { b.unit = static_cast<int>(number_of(n)); }},
        {"relays", [](const auto& n, auto& b) { b.relays = static_cast<int>(number_of(n)); }},
        {"inputs", [](const auto& n, auto& b) { b.inputs = static_cast<int>(number_of(n)); }},
        {"counters", [](const auto& n, auto& b) { b.counters = static_cast<int>(number_of(n)); }},
        {"gates", [](const auto& n, auto& b) { b.gates = number_of(n); }},
        {"travel", [](const auto& n, auto& b) { b.travel = span_of(n); }},
        {"lowers", [](const auto& n, auto& b) { b.lowers = flag_of(n); }},
        {"normally_closed",
         [](const auto& n, auto& b) {
             for (const auto& number : texts_of(n))
                 b.normally_closed.insert(std::atoi(number.c_str()));
         }},
        {"restore", [](const auto& n, auto& b) { b.restore = flag_of(n); }},
        {"rate", [](const auto& n, auto& b) { b.rate = rate_of(n); }},
        {"seed", [](const auto& n, auto& b) { b.seed = number_of(n); }},
        {"events_max", [](const auto& n, auto& b) { b.events_max = number_of(n); }},
        {"start", [](const auto& n, auto& b) { b.start = span_of(n); }},
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
            fail(node, "no key of a modbus board is called " + std::string(key.str()));
    }
    if (model.id.empty()) fail(table, "every device needs an id");
    for (std::uint64_t n = 1; n <= count; ++n) {
        BoardConfig board = model;
        board.id = replaced(model.id, "{n}", std::to_string(n));
        board.seed = model.seed + n - 1;
        if (model.port != 0) board.port = static_cast<std::uint16_t>(model.port + n - 1);
        machines.push_back([board](const Ground& ground) -> std::unique_ptr<Machine> {
            return std::make_unique<RelayBoard>(ground, board);
        });
    }
}

} // namespace gatehouse::sim::modbus
