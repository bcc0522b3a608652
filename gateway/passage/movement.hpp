#pragma once
#include "gateway/model/event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::passage {

using base::WallTime;
using State = model::PassageState;

// One movement in the making: the passage as far as it is known, and what was seen of it last.
struct Movement {
    model::Event event; // body: model::Passage; device, lane, direction and decision as far as they are known
    WallTime touched{}; // when its last part came
    WallTime left{};    // when its vehicle left the loop before the barrier; epoch: it has not
    bool before = false;  // it has been on that loop
    bool under = false;   // it is on the loop under the barrier
    bool moved = false;   // the barrier or door was seen to open for it
    bool waiting = false; // it was told that it waits

    [[nodiscard]] model::Passage& passage() { return std::get<model::Passage>(event.body); }
    [[nodiscard]] const model::Passage& passage() const { return std::get<model::Passage>(event.body); }
    [[nodiscard]] State state() const { return passage().state; }
    [[nodiscard]] bool is_over() const { return state() > State::opened; }
    [[nodiscard]] bool may_enter() const
    {
        return event.decision && event.decision->result == model::Decision::Result::open;
    }
    [[nodiscard]] bool has_read() const;

    // Beyond parts_max a part is not listed; it still counts for what it says.
    void add(const model::Event& part, std::string_view role, WallTime now);
    // Nothing more happens to it; what still comes within a few seconds is added.
    void finish(State how, WallTime at);
};

inline constexpr std::size_t parts_max = 24; // keeps the event below the 8 KiB of mqtt-upstream.md §2

// One line without its end; load() of it gives the same movement, of anything else nothing.
[[nodiscard]] std::string save(const Movement& movement);
[[nodiscard]] std::optional<Movement> load(std::string_view line);

} // namespace gatehouse::passage
