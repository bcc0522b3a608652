#include "gateway/passage/watch.hpp"

#include "gateway/passage/saved_text.hpp"

#include <algorithm>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t movements_max = 16;
// How long a movement that has ended waits for late parts: a second camera, a picture that took its time.
constexpr auto linger = 5s;
// The read that made us open: with its pictures it may come that much later than the gate moves.
constexpr auto linger_for_read = 30s;

std::string key_of(const Movement& movement)
{
    return "passage/" + movement.passage().parts.front().id;
}

} // namespace

std::chrono::milliseconds Watch::lingers(const Movement& movement)
{
    const bool expects_read = movement.passage().opened_by == "access" && !movement.has_read();
    return expects_read ? linger_for_read : linger;
}

void Watch::advance(WallTime now, std::vector<Told>& told)
{
    now_ = std::max(now_, now);
    for (auto& movement : movements_) {
        if (!movement.is_over()) tell_waiting(movement, told);
        if (movement.is_over()) continue;
        const auto end = end_of(movement);
        if (end.due > now_) continue;
        changed_ = true;
        if (movement.passage().proof.empty()) movement.passage().proof = end.proof;
        movement.finish(end.state, end.at);
        movement.touched = end.due;
    }
    std::erase_if(movements_, [&](Movement& movement) {
        const auto due = std::max(movement.passage().ended_at + lingers(movement), movement.touched);
        if (!movement.is_over() || due > now_) return false;
        tell(movement, due, told);
        return true;
    });
}

void Watch::observe(const model::Event& event, std::vector<Told>& told)
{
    changed_ = true;
    handle(event, told);
}

bool Watch::is_busy() const
{
    return std::any_of(movements_.begin(), movements_.end(),
                       [](const Movement& movement) { return !movement.is_over(); });
}

Movement& Watch::start(const model::Event& part, std::string_view role, std::vector<Told>& told)
{
    if (movements_.size() >= movements_max) {
        auto& oldest = movements_.front();
        if (!oldest.is_over()) oldest.finish(State::timed_out, now_);
        tell(oldest, now_, told);
        movements_.pop_front();
    }
    auto& movement = movements_.emplace_back();
    model::Passage body;
    body.vehicle = lane_.vehicle;
    body.started_at = now_;
    movement.event.body = std::move(body);
    movement.event.device = part.device;
    movement.event.lane = lane_.id;
    movement.event.direction =
        lane_.direction != model::Direction::unknown ? lane_.direction : part.direction;
    movement.event.clock_quality = part.clock_quality;
    movement.add(part, role, now_);
    return movement;
}

void Watch::note_opening(const model::Event& event, const model::CommandDone& done, std::vector<Told>& told)
{
    const bool carried_out =
        done.outcome.status == model::Status::confirmed || done.outcome.status == model::Status::accepted;
    const bool ours = done.command.origin == "access";
    const auto fits = [ours](const Movement& movement) {
        return movement.passage().command.empty() && (!ours || movement.may_enter() || !movement.has_read());
    };
    auto* movement = first([&](const Movement& m) { return !m.is_over() && fits(m); });
    // The confirmation may come after whom it was for has passed.
    if (movement == nullptr)
        movement = first([&](const Movement& m) { return m.state() == State::passed && fits(m); });
    if (movement == nullptr && !carried_out) return;
    if (movement == nullptr)
        movement = &start(event, "command", told);
    else
        movement->add(event, "command", now_);
    if (!carried_out) return;
    movement->passage().command = done.command.id;
    let_in(*movement, done.command.origin, told);
}

void Watch::let_in(Movement& movement, std::string_view by, std::vector<Told>& told)
{
    auto& passage = movement.passage();
    if (!by.empty()) passage.opened_by = by;
    opened_at_ = now_;
    // Whoever passed before the order for it was told did not slip through.
    if (movement.is_over()) return passage.unmark("tailgating");
    note_waiting(movement, false, now_, told);
    passage.state = State::opened;
    movement.touched = now_;
}

void Watch::pass(Movement& movement, std::string_view proof)
{
    movement.passage().proof = proof;
    movement.finish(State::passed, now_);
}

bool Watch::is_opened_by_itself(const model::Passage& passage)
{
    return passage.opened_by == "access" || passage.opened_by == "device" || passage.opened_by == "fire";
}

void Watch::tell(Movement& movement, WallTime due, std::vector<Told>& told)
{
    note_waiting(movement, false, due, told);
    changed_ = true;
    auto& passage = movement.passage();
    // Access opens for a read. Without one, and without anybody passing, this is the late word on an opening
    // whose passage has been told. A fire opens for nobody in particular.
    const bool for_nobody = passage.opened_by == "access" || passage.opened_by == "fire";
    if (for_nobody && !movement.has_read() && passage.proof.empty()) return;
    seal(movement);
    auto& event = movement.event;
    event.device_key = key_of(movement);
    event.occurred_at = event.received_at = passage.ended_at;
    told.push_back({due, std::move(event)});
}

void Watch::tell_waiting(Movement& movement, std::vector<Told>& told)
{
    const auto after = waits_after();
    if (after.count() == 0 || movement.state() == State::opened) return;
    // Only as long as something shows that it is still there.
    const auto until = std::min(end_of(movement).due, now_);
    const auto since = movement.passage().started_at;
    if (until - since >= after) note_waiting(movement, true, since, told);
}

void Watch::note_waiting(Movement& movement, bool waits, WallTime at, std::vector<Told>& told)
{
    if (movement.waiting == waits) return;
    movement.waiting = waits;
    changed_ = true;
    model::SystemNotice notice;
    notice.what = "vehicle_waiting";
    notice.ok = !waits;
    notice.detail = movement.passage().parts.front().id; // which of those that wait
    model::Event event;
    event.device = movement.event.device;
    event.device_key = key_of(movement) + (waits ? "/waits" : "/goes on");
    event.lane = lane_.id;
    event.occurred_at = event.received_at = at;
    event.body = std::move(notice);
    told.push_back({at, std::move(event)});
}

std::string Watch::save() const
{
    std::string text = text_of(now_) + '\t' + text_of(opened_at_) + '\t' + save_lane() + '\n';
    for (const auto& movement : movements_)
        text += passage::save(movement) + '\n';
    return text;
}

void Watch::load(std::string_view text)
{
    movements_.clear();
    auto line = take_until(text, '\n');
    now_ = time_in(take_until(line, '\t'));
    opened_at_ = time_in(take_until(line, '\t'));
    load_lane(line);
    while (!text.empty() && movements_.size() < movements_max)
        if (auto movement = passage::load(take_until(text, '\n'));
            movement && !movement->passage().parts.empty())
            movements_.push_back(std::move(*movement));
    changed_ = false;
}

} // namespace gatehouse::passage
