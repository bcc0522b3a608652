#include "gateway/passage/door_watch.hpp"

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;
using model::DoorPosition;

// Another try at the terminal by the same person, or by one who was not recognised before.
constexpr auto tries_again = 10s;
// Let in at a door with a contact: how long until it opens.
constexpr auto opens_within = 10s;
// Let in at a door without one.
constexpr auto walks_through = 5s;
// A door that stands open longer is no longer this person's.
constexpr auto stands_open = 60s;

} // namespace

void DoorWatch::handle(const model::Event& event, std::vector<Told>& told)
{
    if (const auto* seen = std::get_if<model::AccessAttempt>(&event.body)) return attempt(event, *seen, told);
    if (const auto* state = std::get_if<model::DoorState>(&event.body))
        return door(event, state->position, told);
    const auto* done = std::get_if<model::CommandDone>(&event.body);
    if (done != nullptr && done->command.action == model::Action::door_open) note_opening(event, *done, told);
}

void DoorWatch::attempt(const model::Event& event, const model::AccessAttempt& seen, std::vector<Told>& told)
{
    auto* movement = owner_of(seen);
    if (movement == nullptr)
        movement = &start(event, "read", told);
    else
        movement->add(event, "read", now_);
    auto& passage = movement->passage();
    if (movement->event.direction == model::Direction::unknown) movement->event.direction = event.direction;
    passage.credential = seen.credential;
    passage.person = seen.person;
    if (event.decision) movement->event.decision = event.decision;
    if (passage.state == State::approached) passage.state = State::decided;
    if (seen.granted && !lane_.decide_here && !movement->is_over()) let_in(*movement, "device", told);
}

Movement* DoorWatch::owner_of(const model::AccessAttempt& seen)
{
    const auto is_same = [&](const Movement& movement) {
        const auto& person = movement.passage().person;
        return !movement.is_over() && movement.has_read() && now_ - movement.touched <= tries_again &&
               (person == seen.person || (movement.state() != State::opened && person.empty()));
    };
    if (auto* same = first(is_same)) return same;
    // The door or the order was first.
    return first([](const Movement& movement) {
        const bool awaited = movement.passage().opened_by == "access";
        return !movement.has_read() && (!movement.is_over() || awaited) && !movement.passage().has("forced");
    });
}

void DoorWatch::door(const model::Event& event, DoorPosition position, std::vector<Told>& told)
{
    switch (position) {
    case DoorPosition::opened: return opened(event, told);
    case DoorPosition::forced_open: return forced(event, told);
    case DoorPosition::held_open:
        if (auto* holds = first([](const Movement& m) { return m.state() == State::opened && m.moved; })) {
            holds->add(event, "door", now_);
            holds->passage().mark("held");
        }
        return;
    case DoorPosition::closed: return shut(event, true);
    case DoorPosition::locked: return shut(event, false);
    default: return; // unlocked, held open or shut on purpose: nobody has moved
    }
}

void DoorWatch::opened(const model::Event& event, std::vector<Told>& told)
{
    has_contact_ = true;
    auto* movement = first([](const Movement& m) { return m.state() == State::opened && !m.moved; });
    if (movement == nullptr)
        movement = first([](const Movement& m) { return !m.is_over() && m.may_enter() && !m.moved; });
    if (movement == nullptr)
        movement = &start(event, "door", told); // from within, by hand
    else
        movement->add(event, "door", now_);
    movement->moved = true;
    let_in(*movement, "", told);
}

void DoorWatch::forced(const model::Event& event, std::vector<Told>& told)
{
    has_contact_ = true;
    // A device that tells both means one opening.
    auto* movement = first([&](const Movement& m) {
        return m.state() == State::opened && m.moved && !m.has_read() && m.passage().command.empty();
    });
    if (movement == nullptr)
        movement = &start(event, "door", told);
    else
        movement->add(event, "door", now_);
    movement->moved = true;
    movement->passage().mark("forced");
    let_in(*movement, "hand", told);
}

void DoorWatch::shut(const model::Event& event, bool by_contact)
{
    has_contact_ = has_contact_ || by_contact;
    for (auto& movement : movements_) {
        const bool through = by_contact ? movement.moved : !has_contact_;
        if (movement.state() != State::opened || !through) continue;
        movement.add(event, "door", now_);
        pass(movement, "door");
    }
}

Watch::End DoorWatch::end_of(const Movement& movement) const
{
    const auto after = [&](std::chrono::milliseconds span, State state) {
        return End{movement.touched + span, state, movement.touched};
    };
    if (movement.state() != State::opened) return after(tries_again, State::backed_off);
    if (movement.moved) {
        auto end = after(stands_open, State::passed);
        end.proof = "door";
        return end;
    }
    return has_contact_ ? after(opens_within, State::timed_out) : after(walks_through, State::passed);
}

void DoorWatch::seal(Movement& movement)
{
    auto& passage = movement.passage();
    const bool opened = passage.state == State::passed || movement.moved;
    if (opened && passage.opened_by.empty()) {
        const bool device = movement.may_enter() && movement.event.decision->rule == "device";
        passage.opened_by = device ? "device" : movement.may_enter() ? "access" : "hand";
    }
    if (!passage.opened_by.empty() && !is_opened_by_itself(passage)) passage.mark("manual");
    if (opened && !movement.has_read()) passage.mark("no_read");
}

} // namespace gatehouse::passage
