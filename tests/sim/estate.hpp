#pragma once
#include "tests/sim/machine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim {

// One [[event]]: the words that follow "emit DEVICE", said `count` times.
struct ScriptedEvent {
    std::string device;
    Span at{0};
    Span every{0};
    std::size_t count = 1;
    std::vector<std::string> words;
};

struct Estate {
    std::vector<MakeMachine> machines;
    std::vector<ScriptedEvent> script;
};

// Throws std::runtime_error that names the place and the mistake.
[[nodiscard]] Estate load_estate(const std::string& path);
[[nodiscard]] Estate parse_estate(std::string_view text, const std::string& name);

} // namespace gatehouse::sim
