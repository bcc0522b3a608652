#pragma once
#include "protocols/modbus/session.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace gatehouse::modbus {

// What pressing a button came to.
struct Pressed {
    Answer answer;
    bool seen_on = false; // the relay was read back and was on
};

// The relays and inputs of one board, by whatever spelling it has (sheet §2, §3). Reads are tried three
// times; a write that moves metal is sent once. A relay that was pressed is released again, whoever gave the
// order and whatever became of him: by the board where it times the pulse itself, else by us, and looked
// after in any case.
class Board {
public:
    explicit Board(Session& session);

    asio::awaitable<Answer> read_inputs();
    // The counters of the inputs' pulses, asked once: they only add to what the inputs say.
    asio::awaitable<Answer> read_counters();
    asio::awaitable<Answer> read_relays();
    // Presses a button for config.pulse. Reads the relay back when `prove`, or when the answer was lost.
    // `wanted` as in Line::ask().
    asio::awaitable<Pressed> press(int relay, bool prove = false, const Line::Wanted* wanted = nullptr);
    // One look, no more: somebody may be under a boom meanwhile.
    asio::awaitable<bool> seen_on(int relay);
    // Latches or releases; sent once.
    asio::awaitable<Answer> set(int relay, bool on);
    // Switches off every relay that is only ever pressed and is on now. `found`: nobody pressed it, so it is
    // reported.
    asio::awaitable<Answer> release_all(bool found);
    // Relays are read every few seconds: one that stays on is switched off and reported (sheet §6).
    asio::awaitable<void> watch();
    // Version and control modes of boards that have them; nothing depends on it.
    asio::awaitable<void> identify();
    // Empty, or which relays the board switches by itself.
    [[nodiscard]] const std::string& linked() const { return linked_; }
    // As read last; nothing: not known.
    [[nodiscard]] std::optional<bool> relay(int number) const;
    void forget();

private:
    [[nodiscard]] Request relays_request() const;
    asio::awaitable<Answer> read(Request request);
    asio::awaitable<Answer> write_off(int relay);
    asio::awaitable<void> release(int relay, base::MonoTime pressed_at);
    asio::awaitable<void> switch_off(int relay);
    asio::awaitable<void> look_at_relays();
    [[nodiscard]] Request press_request(int relay) const;
    [[nodiscard]] milliseconds release_after() const;
    void note(const std::vector<bool>& relays);
    void tell_stuck(int relay, bool stuck);

    Session& session_;
    std::map<int, std::string> pressed_names_; // relays that are only ever pressed: "open of gate 1"
    std::vector<bool> relays_;
    std::set<int> releasing_;
    std::set<int> suspects_; // on at the last look, pressed by nobody here
    std::set<int> stuck_;    // told
    std::string linked_;
};

} // namespace gatehouse::modbus
