#pragma once
#include "gateway/passage/door_watch.hpp"
#include "gateway/passage/lane_watch.hpp"
#include "gateway/passage/presence.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::passage {

// All lanes of the estate: hands each entry of the journal to the lane it is about, tells an echo from a
// vehicle, and says who passed the same way twice. Pure.
class EstateWatch {
public:
    explicit EstateWatch(const std::vector<config::LaneConfig>& lanes) { use_lanes(lanes); }

    // Lanes that stay keep their movements; those of a lane that is gone are not told any more.
    void use_lanes(const std::vector<config::LaneConfig>& lanes);
    // In the order of the journal. What ended is told in the order in which it was due.
    void observe(const model::Entry& entry, std::vector<Told>& told);
    // No entry from before `now` is still to come.
    void advance(WallTime now, std::vector<Told>& told);

    // A passage of the past, newest first: who passed which way before we looked.
    void recall(const model::Event& event) { presence_.recall(event); }
    void keep_presence() { presence_.keep(); }
    void take_back_presence() { presence_.take_back(); }

    // What the lanes remember that has changed since the last call, by lane.
    [[nodiscard]] std::map<std::string, std::string> take_changed();
    // An empty text: the lane remembers nothing.
    void load(const std::string& lane, std::string_view text);
    [[nodiscard]] std::vector<std::string> lanes() const;

private:
    struct Lane {
        config::LaneConfig config;
        std::unique_ptr<Watch> watch;
        LaneWatch* vehicles = nullptr; // the watch, when the lane is one for vehicles
    };
    void hand_over(const model::Event& event, std::vector<Told>& told);
    void read(const model::Event& event, std::vector<Told>& told);
    void at_gate(const model::Event& event, const std::string& device, int output, std::vector<Told>& told);
    void look_for_misuse(Told& told);

    std::map<std::string, Lane> lanes_;
    Presence presence_;
    WallTime now_{};
    bool two_ways_vehicles_ = false; // lanes in both directions read: coming in twice means something
    bool two_ways_persons_ = false;
};

} // namespace gatehouse::passage
