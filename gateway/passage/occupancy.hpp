#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::passage {

// A person's word on how many are in the estate. What is not named stays.
struct Correction {
    std::optional<int> vehicles;
    std::optional<int> persons;
    std::string actor;
    std::string reason;
};

// How many vehicles and persons are in the estate by what passed its lanes, from the last correction on. Kept
// in the same transaction as the passages it counts.
struct Occupancy {
    int vehicles = 0;
    int persons = 0;
    base::WallTime corrected_at{}; // epoch: never
    std::string corrected_by;

    // Only what passed, and in a known direction. Nobody counts below zero: somebody was missed on the way
    // in.
    void count(const model::Event& event);
    [[nodiscard]] std::string save() const;
    void load(std::string_view text);
};

} // namespace gatehouse::passage
