#include "gateway/health/neighbour_watch.hpp"

#include "gateway/base/log.hpp"

#include <array>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;
using base::kv;
namespace log = base::log;

constexpr auto look_every = 30s;
constexpr auto memory_owner =
    "neighbours"; // its keys: "DEVICE ADDRESS", so that another address is learnt anew
constexpr std::string_view ethernet = "0x1";
constexpr std::string_view nobody = "00:00:00:00:00:00";

std::string_view take_line(std::string_view& text)
{
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    return word;
}

} // namespace

std::map<std::string, std::string> neighbours(std::string_view table)
{
    std::map<std::string, std::string> found;
    take_line(table); // the heading
    while (!table.empty()) {
        auto line = take_line(table);
        std::array<std::string_view, 4> field; // address, hardware type, flags, hardware address
        for (auto& word : field)
            word = take_word(line);
        const bool complete = !field[2].empty() && field[2] != "0x0" && field[3] != nobody;
        if (field[1] == ethernet && complete && !field[3].empty())
            found.emplace(std::string(field[0]), std::string(field[3]));
    }
    return found;
}

asio::awaitable<void> NeighbourWatch::run()
{
    for (;;) {
        co_await look();
        co_await ports_.clock.sleep_for(look_every);
    }
}

asio::awaitable<void> NeighbourWatch::look()
{
    if (!loaded_) {
        const auto memory = co_await ports_.store.memory(memory_owner);
        if (!memory) co_return; // the next round asks again
        known_ = *memory;
        loaded_ = true;
    }
    const auto table = ports_.read();
    if (!table) co_return;
    const auto cards = neighbours(*table);
    const auto devices = ports_.devices();
    for (const auto& [device, address] : devices) {
        const auto card = cards.find(address);
        if (card != cards.end()) co_await compare(device, device + " " + address, card->second);
    }
}

// Told first and remembered then: a crash in between tells it again.
asio::awaitable<void> NeighbourWatch::compare(std::string device, std::string key, std::string card)
{
    const auto known = known_.find(key);
    if (known != known_.end() && known->second == card) co_return;
    if (known != known_.end()) {
        auto change = known->second + " -> " + card;
        log::warn("another network card answers at a device's address", kv("device", device),
                  kv("change", change));
        co_await ports_.report(device, std::move(change));
    }
    known_[key] = card;
    store::Change change;
    change.memory.push_back({memory_owner, std::move(key), std::move(card)});
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept)
        log::warn("a device's network card is not remembered", kv("device", device), kv("why", kept.error()));
}

} // namespace gatehouse::health
