#pragma once
#include "protocols/onvif/event_map.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace gatehouse::onvif {

// What was told of the things that last, so that each change is told once: cameras tell one motion under
// three topics, say everything twice, and tell all states anew to every subscription. Pure; kept over a
// restart by save() and load().
class Conditions {
public:
    static constexpr std::size_t conditions_max = 512;

    // Whether this is news; from then on it counts as told. A momentary event always is.
    [[nodiscard]] bool is_news(const Mapped& mapped);

    [[nodiscard]] std::string save() const;
    void load(std::string_view text);
    void forget() { told_.clear(); }
    // True once after something changed.
    [[nodiscard]] bool take_changed();

private:
    struct Told {
        std::string value;             // of what was told last
        std::set<std::string> sources; // that say so, for what is either so or not
    };
    [[nodiscard]] bool judge(const Mapped& mapped, Told& told) const;

    std::map<std::string, Told> told_;
    bool changed_ = false;
};

} // namespace gatehouse::onvif
