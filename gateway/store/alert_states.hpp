#pragma once
#include "gateway/model/alert.hpp"

#include <string_view>

namespace gatehouse::store {

// The states of an alert as SQL knows them. A partial index serves a query only when both have the same
// words.
inline constexpr std::string_view alert_ended = "state IN (3, 6)";       // closed, rejected
inline constexpr std::string_view alert_open = "state NOT IN (3, 4, 6)"; // somebody has still to see to it
inline constexpr std::string_view alert_held =
    "state IN (0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13)"; // not ended

static_assert(static_cast<int>(model::Alert::State::closed) == 3);
static_assert(static_cast<int>(model::Alert::State::suppressed) == 4);
static_assert(static_cast<int>(model::Alert::State::rejected) == 6);
static_assert(static_cast<int>(model::Alert::State::suspended) == 13);

} // namespace gatehouse::store
