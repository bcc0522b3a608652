#include "gateway/passage/lane_watch.hpp"

#include "gateway/passage/echo_guard.hpp"
#include "gateway/passage/plate_vote.hpp"
#include "gateway/passage/saved_text.hpp"

#include <algorithm>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;
using model::BarrierPosition;

constexpr std::size_t gone_max = 8;
// A camera behind the gate, or one that flickers, reads a vehicle that long after it has passed.
constexpr auto afterglow = 30s;
// Read, not let in, and nothing more of it: without a loop nobody can say that it drove off.
constexpr auto quiet = 20s;
// Let in, and neither loop nor barrier tell anything of it.
constexpr auto drives_through = 8s;
// Let in: how long it may take to the loop under the barrier, or the barrier to come down behind it.
constexpr auto drives_on = 60s;
// Off the loop before the barrier: how long it may be between that one and the next.
constexpr auto between_loops = 15s;
constexpr auto backs_off = 5s;
// A loop that is occupied for longer is stuck.
constexpr auto stands_max = 30min;
constexpr auto rises_within = 5s;
// A gate whose position nobody tells has come down by then.
constexpr auto gate_open_max = 30s;
constexpr auto waits_long = 60s;

struct Known {
    std::string_view plate;
    bool listed = false; // on a list that lets in
};

// Two plates that lists know are two vehicles, however alike.
bool is_same(const Known& one, const Known& other)
{
    if (one.plate.empty()) return false;
    return one.plate == other.plate || (!(one.listed && other.listed) && is_alike(one.plate, other.plate));
}

bool is_let_in(const model::Event& read)
{
    return read.decision && read.decision->result == model::Decision::Result::open;
}

// After a plate in the memory: a list knows it.
constexpr char listed_mark = '+';

} // namespace

std::chrono::milliseconds LaneWatch::waits_after() const
{
    return waits_long;
}

bool LaneWatch::is_gate_open() const
{
    if (up_) return *up_;
    return opened_at_ != WallTime{} && now_ - opened_at_ <= gate_open_max;
}

void LaneWatch::handle(const model::Event& event, std::vector<Told>& told)
{
    if (const auto* seen = std::get_if<model::VehiclePassage>(&event.body)) return read(event, *seen, told);
    if (const auto* moved = std::get_if<model::BarrierMoved>(&event.body))
        return barrier(event, moved->position, told);
    if (const auto* done = std::get_if<model::CommandDone>(&event.body)) {
        if (done->command.action == model::Action::barrier_open) note_opening(event, *done, told);
        return;
    }
    if (const auto* broken = std::get_if<model::BarrierFault>(&event.body))
        return fault(event, *broken, told);
    const auto* input = std::get_if<model::InputChanged>(&event.body);
    if (input == nullptr) return;
    if (input->role == "loop_entry") loop_before(event, input->active, told);
    if (input->role == "loop_safety") loop_under(event, input->active, told);
}

// ---- reads ----

void LaneWatch::read(const model::Event& event, const model::VehiclePassage& seen, std::vector<Told>& told)
{
    auto* movement = owner_of(event, seen.plate.text);
    if (movement == nullptr && has_been_told(seen.plate.text, is_let_in(event))) return;
    if (movement == nullptr)
        movement = &start(event, "read", told);
    else
        movement->add(event, "read", now_);
    auto& passage = movement->passage();
    passage.plate = final_plate(passage.parts);
    const bool decided = event.decision && event.decision->result != model::Decision::Result::none;
    // The decision is that of the final read; until one has a plate, of the newest.
    if (decided && passage.plate.text == seen.plate.text) movement->event.decision = event.decision;
    if (passage.state == State::approached && decided) passage.state = State::decided;
    if (movement->may_enter() && passage.has("tailgating")) {
        passage.unmark("tailgating");
        passage.mark("convoy");
    }
    if (seen.passed && !lane_.decide_here && !movement->is_over()) let_in(*movement, "device", told);
}

Movement* LaneWatch::owner_of(const model::Event& event, const std::string& plate)
{
    if (!plate.empty()) {
        const bool listed = is_let_in(event);
        auto* same = first([&](const Movement& movement) {
            const auto& parts = movement.passage().parts;
            return std::any_of(parts.begin(), parts.end(), [&](const model::Passage::Part& part) {
                return is_same({part.plate.text, part.listed}, {plate, listed});
            });
        });
        if (same != nullptr) return same;
    }
    // Without a plate so far: the loop or the barrier was first.
    return first([&](const Movement& movement) {
        const bool unread = movement.passage().plate.text.empty();
        const bool awaited = movement.passage().opened_by == "access" && !movement.has_read();
        return (!movement.is_over() && (unread || plate.empty())) || awaited;
    });
}

bool LaneWatch::has_been_told(const std::string& plate, bool listed) const
{
    return std::any_of(gone_.begin(), gone_.end(), [&](const Gone& gone) {
        return !plate.empty() && now_ - gone.at <= afterglow &&
               is_same({gone.plate, gone.listed}, {plate, listed});
    });
}

bool LaneWatch::has_just_passed(const model::Event& read, WallTime at) const
{
    const Known seen{std::get<model::VehiclePassage>(read.body).plate.text, is_let_in(read)};
    if (seen.plate.empty()) return false;
    const auto is_it = [&](const Movement& movement) {
        const auto& passage = movement.passage();
        const bool inside = passage.state == State::opened || passage.state == State::passed;
        return inside && is_same({passage.plate.text, movement.may_enter()}, seen) &&
               at - movement.touched <= echo_within;
    };
    return std::any_of(movements_.begin(), movements_.end(), is_it) ||
           std::any_of(gone_.begin(), gone_.end(), [&](const Gone& gone) {
               return at - gone.at <= echo_within && is_same({gone.plate, gone.listed}, seen);
           });
}

void LaneWatch::add_echo(const model::Event& read)
{
    const auto& plate = std::get<model::VehiclePassage>(read.body).plate.text;
    auto* movement = first([&](const Movement& candidate) {
        const auto& own = candidate.passage().plate.text;
        return !own.empty() && is_alike(own, plate);
    });
    if (movement == nullptr) return; // it has been told; nothing is left to say
    const auto touched = movement->touched;
    auto bare = read; // it has no vote: the front plate was read here
    bare.body = model::VehiclePassage{};
    bare.decision.reset();
    movement->add(bare, "echo", touched);
    movement->passage().mark("echo");
}

// ---- barrier ----

void LaneWatch::barrier(const model::Event& event, BarrierPosition position, std::vector<Told>& told)
{
    if (position == BarrierPosition::open) barrier_rose(event, told);
    if (position == BarrierPosition::closed) barrier_fell(event);
    up_.reset();
    if (position != BarrierPosition::unknown) up_ = position == BarrierPosition::open;
}

void LaneWatch::barrier_rose(const model::Event& event, std::vector<Told>& told)
{
    if (up_.value_or(false)) return;
    through_ = 0;
    auto* movement = first([](const Movement& m) { return m.state() == State::opened && !m.moved; });
    if (movement == nullptr)
        movement = first([](const Movement& m) { return !m.is_over() && !m.moved && m.may_enter(); });
    if (movement == nullptr) movement = first([](const Movement& m) { return !m.is_over() && !m.moved; });
    if (movement == nullptr)
        movement = &start(event, "barrier", told);
    else
        movement->add(event, "barrier", now_);
    movement->moved = true;
    let_in(*movement, "", told);
}

void LaneWatch::barrier_fell(const model::Event& event)
{
    for (auto& movement : movements_) {
        if (movement.state() != State::opened || movement.under) continue;
        // Let in just now, while the barrier came down behind another: it rises again.
        if (!movement.moved && now_ - movement.touched < rises_within) continue;
        movement.add(event, "barrier", now_);
        if (has_loop_under())
            movement.finish(State::backed_off, now_);
        else
            drive_through(movement, "barrier");
    }
    through_ = 0;
}

// What a controller or board tells of itself; with loops of our own we see it ourselves.
void LaneWatch::fault(const model::Event& event, const model::BarrierFault& fault, std::vector<Told>& told)
{
    const bool follows = fault.fault == "tailgating";
    const bool reverse = fault.fault == "reverse";
    if (!fault.active || has_loop_under() || (!follows && !reverse)) return;
    auto* movement = first([&](const Movement& m) { return !m.is_over() && m.state() != State::opened; });
    if (movement == nullptr)
        movement = &start(event, "fault", told);
    else
        movement->add(event, "fault", now_);
    if (reverse) turn_around(*movement);
    if (follows) movement->passage().mark("tailgating");
    pass(*movement, "barrier");
}

// ---- loops ----

void LaneWatch::loop_before(const model::Event& event, bool occupied, std::vector<Told>& told)
{
    const bool was_occupied = std::exchange(before_occupied_, occupied);
    if (!occupied && was_occupied) return leave_loop_before(event, told);
    if (!occupied) return;
    // From under the barrier to the loop before it: it comes from the other side.
    auto* other = first([](const Movement& m) { return m.under && !m.before && !m.has_read(); });
    if (other != nullptr) {
        other->before = true;
        other->add(event, "loop", now_);
        return turn_around(*other);
    }
    auto* movement = first([](const Movement& m) { return !m.is_over() && !m.before && !m.under; });
    // Rolled back and forth on the loop.
    if (movement == nullptr)
        movement = first([&](const Movement& m) {
            return m.state() < State::opened && !m.under && m.left != WallTime{} &&
                   now_ - m.left <= backs_off;
        });
    if (movement == nullptr)
        movement = &start(event, "loop", told);
    else
        movement->add(event, "loop", now_);
    movement->before = true;
    movement->left = {};
}

void LaneWatch::leave_loop_before(const model::Event& event, std::vector<Told>& told)
{
    auto* leaves = first([](const Movement& m) {
        const bool came = !m.is_over() || m.passage().has("wrong_direction");
        return came && m.before && m.left == WallTime{};
    });
    // Bumper to bumper: the loop saw two as one, and the first has passed.
    if (leaves == nullptr) leaves = first([](const Movement& m) { return !m.is_over() && !m.under; });
    if (leaves == nullptr) leaves = &start(event, "loop", told);
    leaves->before = true;
    leaves->left = now_;
}

void LaneWatch::loop_under(const model::Event& event, bool occupied, std::vector<Told>& told)
{
    if (!occupied) return leave_loop_under(event);
    auto* movement = first([](const Movement& m) { return m.state() == State::opened && !m.under; });
    if (movement == nullptr)
        movement = first([](const Movement& m) { return !m.is_over() && !m.under && m.before; });
    if (movement == nullptr && !has_loop_before())
        movement = first([](const Movement& m) { return !m.is_over() && !m.under; });
    // Under a barrier that is down it is somebody on foot.
    if (movement == nullptr && !is_gate_open()) return;
    if (movement == nullptr)
        movement = &start(event, "loop", told);
    else
        movement->add(event, "loop", now_);
    movement->under = true;
    movement->before = movement->before || before_occupied_;
}

void LaneWatch::leave_loop_under(const model::Event& event)
{
    auto* leaves = first([](const Movement& m) { return m.under; });
    if (leaves == nullptr) return;
    const bool on_foot =
        has_loop_before() && !leaves->before && leaves->state() != State::opened && !leaves->has_read();
    if (on_foot) {
        movements_.erase(
            std::find_if(movements_.begin(), movements_.end(), [](const Movement& m) { return m.under; }));
        return;
    }
    leaves->add(event, "loop", now_);
    drive_through(*leaves, "loop");
}

// It is through. Whoever was not let in came behind somebody who was.
void LaneWatch::drive_through(Movement& movement, std::string_view proof)
{
    const bool let = movement.state() == State::opened || movement.may_enter();
    if (let && through_ > 0 && up_.value_or(false)) movement.passage().mark("convoy");
    if (!let && is_gate_open()) movement.passage().mark("tailgating");
    ++through_;
    pass(movement, proof);
}

void LaneWatch::turn_around(Movement& movement)
{
    if (lane_.direction == model::Direction::unknown) return;
    const bool in = lane_.direction == model::Direction::in;
    movement.event.direction = in ? model::Direction::out : model::Direction::in;
    movement.passage().mark("wrong_direction");
}

// ---- the end ----

Watch::End LaneWatch::end_of(const Movement& movement) const
{
    const auto after = [&](std::chrono::milliseconds span, State state) {
        return End{movement.touched + span, state, movement.touched + span};
    };
    if (movement.under) return after(stands_max, State::timed_out);
    const bool stands = movement.before && movement.left == WallTime{};
    if (movement.state() != State::opened) {
        if (stands) return after(stands_max, State::timed_out);
        if (movement.before) return End{movement.left + backs_off, State::backed_off, movement.left};
        return End{movement.touched + quiet, State::timed_out, movement.touched};
    }
    if (has_loop_under()) {
        if (stands) return after(stands_max, State::timed_out);
        if (!movement.before) return after(drives_on, State::timed_out);
        const auto since = std::max(movement.left, movement.touched);
        return End{since + between_loops, State::backed_off, movement.left};
    }
    if (movement.moved) return after(drives_on, State::passed);
    return after(drives_through, State::passed);
}

void LaneWatch::seal(Movement& movement)
{
    auto& passage = movement.passage();
    const bool opened = passage.state == State::passed || !passage.command.empty() || movement.moved;
    if (opened && passage.opened_by.empty() && !passage.has("tailgating")) {
        const bool device = movement.may_enter() && movement.event.decision->rule == "device";
        passage.opened_by = device ? "device" : movement.may_enter() ? "access" : "hand";
    }
    if (!passage.opened_by.empty() && !is_opened_by_itself(passage)) passage.mark("manual");
    if (opened && !movement.has_read()) passage.mark("no_read");
    if (passage.state != State::passed || passage.plate.text.empty()) return;
    gone_.push_back({passage.plate.text, passage.ended_at, movement.may_enter()});
    if (gone_.size() > gone_max) gone_.pop_front();
}

std::string LaneWatch::save_lane() const
{
    std::string line(1, up_ ? (*up_ ? '1' : '0') : '-');
    line += before_occupied_ ? '1' : '0';
    line += '\t' + std::to_string(through_);
    for (const auto& gone : gone_)
        line +=
            '\t' + gone.plate + (gone.listed ? std::string(1, listed_mark) : "") + '\t' + text_of(gone.at);
    return line;
}

void LaneWatch::load_lane(std::string_view line)
{
    const auto state = take_until(line, '\t');
    up_.reset();
    if (state.starts_with('1') || state.starts_with('0')) up_ = state.front() == '1';
    before_occupied_ = state.ends_with('1') && state.size() == 2;
    through_ = static_cast<int>(number_in(take_until(line, '\t')));
    gone_.clear();
    while (!line.empty() && gone_.size() < gone_max) {
        auto plate = take_until(line, '\t');
        const bool listed = plate.ends_with(listed_mark);
        if (listed) plate.remove_suffix(1);
        gone_.push_back({std::string(plate), time_in(take_until(line, '\t')), listed});
    }
}

} // namespace gatehouse::passage
