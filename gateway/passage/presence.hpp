#pragma once
#include "gateway/model/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::passage {

// Which way each vehicle and person passed last: whoever comes in twice without having left has lent somebody
// the credential, or slipped out unseen. In memory only; the journal has the passages it is made of. Bounded:
// the older half goes when it is full.
class Presence {
public:
    // Whether it passed the same way the last time it was seen, which it is here noted to have done.
    bool note(const model::Event& event);
    // The same from the journal, newest first: only what is not known yet.
    void recall(const model::Event& event);
    // What was noted since the last keep() is true, or has not happened.
    void keep() { undo_.clear(); }
    void take_back();

private:
    struct Last {
        model::Direction direction = model::Direction::unknown;
        base::WallTime at{};
    };
    [[nodiscard]] static std::string key_of(const model::Event& event);
    void forget_older_half();

    std::map<std::string, Last> last_;
    std::vector<std::pair<std::string, std::optional<Last>>> undo_; // bounded by what is told at once
};

} // namespace gatehouse::passage
