#pragma once
#include "gateway/model/alert.hpp"
#include "gateway/model/decision.hpp"
#include "gateway/model/event.hpp"

#include <string_view>

namespace gatehouse::model {

// The words that stand for enumerators in the canonical JSON. A word once sent upstream is never given
// another meaning.
[[nodiscard]] std::string_view to_string(Direction value);       // unknown | in | out
[[nodiscard]] std::string_view to_string(ClockQuality value);    // synced | unsynced | device
[[nodiscard]] std::string_view to_string(BarrierPosition value); // unknown | closed | open
[[nodiscard]] std::string_view to_string(DoorPosition value); // unknown | opened | closed | forced_open ...
[[nodiscard]] std::string_view to_string(LinkState value);    // unknown | up | silent | down
[[nodiscard]] std::string_view to_string(Decision::Result value); // none | open | refuse
[[nodiscard]] std::string_view to_string(PassageState value); // approached | decided | opened | passed ...

// False, and `value` untouched, for a word that is not one of them.
[[nodiscard]] bool parse(std::string_view word, Direction& value);
[[nodiscard]] bool parse(std::string_view word, BarrierPosition& value);
[[nodiscard]] bool parse(std::string_view word, DoorPosition& value);
[[nodiscard]] bool parse(std::string_view word, LinkState& value);
[[nodiscard]] bool parse(std::string_view word, Decision::Result& value);
[[nodiscard]] bool parse(std::string_view word, Alert::State& value);
[[nodiscard]] bool parse(std::string_view word, Role& value);
[[nodiscard]] bool parse(std::string_view word, PassageState& value);

} // namespace gatehouse::model
