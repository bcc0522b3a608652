#pragma once
#include "gateway/model/command.hpp"

namespace gatehouse::fire {

// What an order's outcome means for the gate it was to open.
enum class Answer {
    opened,     // it moved, or may have: no further order
    not_sent,   // certainly nothing went out; it may be tried again later
    unrecorded, // nothing went out because the store took no intent
    refused,    // the device or the gateway says no to this order
};

// Also for an order that was given before: its stored outcome counts.
[[nodiscard]] Answer answer_of(const model::Outcome& outcome);

} // namespace gatehouse::fire
