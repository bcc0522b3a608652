#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// The shapes of Chinese plates (GA 36 as publicly known).
enum class PlateKind {
    ordinary,    // 沪A12345
    new_energy,  // 沪AD12345, 沪A12345D
    police,      // 沪A1234警
    learner,     // 沪A1234学
    trailer,     // 沪A1234挂
    consulate,   // 沪A1234领, 沪12345领
    embassy,     // 使123456, 123456使
    hong_kong,   // 粤Z1234港
    macau,       // 粤Z1234澳
    temporary,   // 沪A1234临, 试, 超
    rescue,      // 沪X1234应急
    military,    // VA12345, 军A12345
    armed_police // WJ京1234X, WJ1234567
};

// The characters of a text in UTF-8. total: bytes that are not UTF-8 stand alone.
[[nodiscard]] std::vector<std::string_view> characters_of(std::string_view text);

// What the plate is, or nothing when no plate looks like that: an I or an O in the serial, a letter where
// digits stand, no province. Takes canonical text (access/plate_text.hpp).
[[nodiscard]] std::optional<PlateKind> plate_kind(std::string_view canonical);

[[nodiscard]] bool is_province(std::string_view character);
// English, for `explain`: "new-energy plate".
[[nodiscard]] std::string_view to_string(PlateKind kind);

} // namespace gatehouse::model
