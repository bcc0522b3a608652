#pragma once
#include "gateway/model/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::rules {

// Where barriers were last seen, for rules that ask what an order or a movement changed. A barrier that has
// never told its position is not known. Restored by load() from what save() gave, among whatever lines else.
class Positions {
public:
    struct Known {
        model::BarrierPosition position = model::BarrierPosition::unknown;
        base::WallTime opened_at{}; // when it was last seen to go up; epoch: never
    };

    // What the event says, if it is a live movement.
    void note(const model::Event& event);
    // Null when it tells no position.
    [[nodiscard]] const Known* find(const std::string& device, int output) const;

    [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }
    [[nodiscard]] std::string save() const;
    void load(std::string_view text);

private:
    std::map<std::pair<std::string, int>, Known> known_; // at most known_max
    bool changed_ = true;
};

} // namespace gatehouse::rules
