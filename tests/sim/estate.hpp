#pragma once
#include "tests/sim/machine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim {

// One [[event]]: what is said to a device `count` times, as over the control channel.
struct ScriptedEvent {
    std::string device;
    Span at{0}; // since the script began; a script of a day begins at midnight
    Span every{0};
    std::size_t count = 1;
    std::size_t first = 0; // how many of them lie before the moment at which the script is taken up
    std::string verb = "emit";
    std::vector<std::string> words;

    [[nodiscard]] Span time_of(std::size_t n) const { return at + every * static_cast<Span::rep>(n); }
    // "{20001..20900}" in a word stands for these numbers in turn, the first again behind the last.
    [[nodiscard]] std::vector<std::string> words_of(std::size_t n) const;
};

struct Estate {
    std::vector<MakeMachine> machines;
    std::vector<ScriptedEvent> script;
};

// Throws std::runtime_error that names the place and the mistake.
[[nodiscard]] Estate load_estate(const std::string& path);
[[nodiscard]] Estate parse_estate(std::string_view text, const std::string& name);
// Takes the script up at this moment of it: what lies before is not played.
void begin_at(Estate& estate, Span moment);

} // namespace gatehouse::sim
