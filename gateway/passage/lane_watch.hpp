#pragma once
#include "gateway/passage/watch.hpp"

#include <optional>

namespace gatehouse::passage {

// Vehicles in one lane: reads of one or several cameras, the barrier's orders and position, the loop before
// it and the loop under it (modbus-gate.md §4). What a site does not have it does without: with a loop under
// the barrier a vehicle has passed when it leaves that loop, without one when the barrier comes down behind
// it, and without a position some seconds after it was let in. Pure.
class LaneWatch final : public Watch {
public:
    using Watch::Watch;

    // Whether the vehicle of this read was let in here a moment ago: seen again on the opposite camera, it is
    // the same one.
    [[nodiscard]] bool has_just_passed(const model::Event& read, WallTime at) const;
    // That read, as a part of what it is an echo of.
    void add_echo(const model::Event& read);

private:
    void handle(const model::Event& event, std::vector<Told>& told) override;
    [[nodiscard]] End end_of(const Movement& movement) const override;
    void seal(Movement& movement) override;
    [[nodiscard]] std::chrono::milliseconds waits_after() const override;
    [[nodiscard]] std::string save_lane() const override;
    void load_lane(std::string_view line) override;

    void read(const model::Event& event, const model::VehiclePassage& seen, std::vector<Told>& told);
    [[nodiscard]] Movement* owner_of(const model::Event& event, const std::string& plate);
    [[nodiscard]] bool has_been_told(const std::string& plate, bool listed) const;
    void barrier(const model::Event& event, model::BarrierPosition position, std::vector<Told>& told);
    void barrier_rose(const model::Event& event, std::vector<Told>& told);
    void barrier_fell(const model::Event& event);
    void fault(const model::Event& event, const model::BarrierFault& fault, std::vector<Told>& told);
    void loop_before(const model::Event& event, bool occupied, std::vector<Told>& told);
    void leave_loop_before(const model::Event& event, std::vector<Told>& told);
    void loop_under(const model::Event& event, bool occupied, std::vector<Told>& told);
    void leave_loop_under(const model::Event& event);
    void drive_through(Movement& movement, std::string_view proof);
    void turn_around(Movement& movement);
    [[nodiscard]] bool has_loop_before() const { return !lane_.loop_entry.device.empty(); }
    [[nodiscard]] bool has_loop_under() const { return !lane_.loop_safety.device.empty(); }
    [[nodiscard]] bool is_gate_open() const;

    struct Gone {
        std::string plate;
        WallTime at{};
        bool listed = false; // on a list that lets in
    };
    std::optional<bool> up_;
    bool before_occupied_ = false;
    int through_ = 0;       // vehicles since the barrier rose
    std::deque<Gone> gone_; // plates that passed and were told; bounded
};

} // namespace gatehouse::passage
