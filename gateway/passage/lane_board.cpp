#include "gateway/passage/lane_board.hpp"

#include "gateway/base/log.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::passage {
namespace {

constexpr std::array<std::string_view, 2> seen_types{"vehicle.", "access."};
constexpr std::size_t looked_back = 1000; // entries of each type
constexpr std::size_t board_page = 256;

bool is_read(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body);
}

// Somebody who passed and whom nobody read: let out by hand, through an open gate.
bool is_unread_passage(const model::Body& body)
{
    const auto* passage = std::get_if<model::Passage>(&body);
    return passage != nullptr && passage->state == model::PassageState::passed &&
           std::none_of(passage->parts.begin(), passage->parts.end(),
                        [](const auto& part) { return part.role == "read"; });
}

} // namespace

asio::awaitable<base::Result<void>> LaneBoard::load()
{
    for (const auto type : seen_types) {
        store::EventFilter newest;
        newest.type_prefix = type;
        newest.newest_first = true;
        newest.limit = looked_back;
        const auto page = co_await store_.events(newest);
        if (!page) co_return page.error();
        for (auto entry = page->rbegin(); entry != page->rend(); ++entry)
            note_last(*entry);
    }
    co_return base::Result<void>();
}

asio::awaitable<void> LaneBoard::run()
{
    for (auto position = store_.last_seq();;) {
        const auto upto = store_.last_seq();
        const auto page = co_await store_.read_after(position, model::Priority::event, board_page);
        // What cannot be read is not known: the next entries may be readable.
        if (!page) base::log::warn("the lane board has missed entries", base::kv("why", page.error()));
        if (page)
            for (const auto& entry : *page)
                observe(entry);
        const auto read = page && !page->empty() ? page->back()->seq : position;
        position = page && page->size() == board_page ? read : std::max(read, upto);
        if (store_.last_seq() <= position) co_await store_.appended().wait();
    }
}

void LaneBoard::observe(const model::EntryPtr& entry)
{
    if (!entry->event.history) observe_live(entry->event);
    note_last(entry);
}

void LaneBoard::observe_live(const model::Event& event)
{
    if (const auto* moved = std::get_if<model::BarrierMoved>(&event.body))
        note_position(event, moved->output, moved->position);
    else if (const auto* door = std::get_if<model::DoorState>(&event.body))
        note_door(event, *door);
    else if (const auto* changed = std::get_if<model::InputChanged>(&event.body))
        note_loop(event, *changed);
    else if (const auto* done = std::get_if<model::CommandDone>(&event.body))
        note_command(*done);
    else if (const auto* link = std::get_if<model::DeviceLink>(&event.body);
             link != nullptr && link->state != model::LinkState::up)
        forget(event.device);
}

void LaneBoard::note_position(const model::Event& event, int output, model::BarrierPosition position)
{
    const auto gate = gates_.find({event.device, output});
    if (gate == gates_.end()) return;
    gate->second.position = position;
    gate->second.at = event.occurred_at;
    if (position == model::BarrierPosition::closed) gate->second.held = false;
}

// A lock is not a leaf: unlocked does not say that the door is open.
void LaneBoard::note_door(const model::Event& event, const model::DoorState& door)
{
    using model::DoorPosition;
    const auto gate = gates_.find({event.device, door.door});
    if (gate == gates_.end()) return;
    switch (door.position) {
    case DoorPosition::opened:
    case DoorPosition::forced_open:
    case DoorPosition::held_open: return note_position(event, door.door, model::BarrierPosition::open);
    case DoorPosition::closed: return note_position(event, door.door, model::BarrierPosition::closed);
    case DoorPosition::remain_open: gate->second.held = true; return;
    case DoorPosition::remain_closed:
    case DoorPosition::normal: gate->second.held = false; return;
    default: return;
    }
}

void LaneBoard::note_loop(const model::Event& event, const model::InputChanged& changed)
{
    const auto lane = lanes_.find(event.lane);
    if (lane == lanes_.end()) return;
    const auto loop = lane->second.loops.find(changed.role);
    if (loop != lane->second.loops.end()) loop->second.occupied = changed.active;
}

void LaneBoard::note_command(const model::CommandDone& done)
{
    const bool carried_out =
        done.outcome.status == model::Status::confirmed || done.outcome.status == model::Status::accepted;
    const auto gate = gates_.find({done.command.device, done.command.output});
    if (!carried_out || gate == gates_.end()) return;
    const auto mode = done.command.args.find("mode");
    using model::Action;
    const bool opens =
        done.command.action == Action::barrier_open || done.command.action == Action::door_open;
    const bool closes =
        done.command.action == Action::barrier_close || done.command.action == Action::door_close;
    if (opens && mode != done.command.args.end() && mode->second == "hold") gate->second.held = true;
    if (closes) gate->second.held = false;
}

void LaneBoard::forget(const std::string& device)
{
    for (auto& [output, gate] : gates_)
        if (output.first == device) gate = {};
    for (auto& [id, lane] : lanes_)
        for (auto& [role, loop] : lane.loops)
            if (loop.device == device) loop.occupied.reset();
}

// What comes late from a device's store is not the newest.
void LaneBoard::note_last(const model::EntryPtr& entry)
{
    if (!is_read(entry->event.body) && !is_unread_passage(entry->event.body)) return;
    const auto lane = lanes_.find(entry->event.lane);
    if (lane == lanes_.end()) return;
    auto& last = lane->second.last;
    const bool late = entry->event.history && last && entry->event.occurred_at < last->event.occurred_at;
    if (!late) last = entry;
}

LaneNow LaneBoard::at(const std::string& id) const
{
    LaneNow now;
    const auto lane = lanes_.find(id);
    if (lane == lanes_.end()) return now;
    if (const auto gate = gates_.find(lane->second.barrier); gate != gates_.end()) {
        now.position = gate->second.position;
        now.confirmed_at = gate->second.at;
        now.held = gate->second.held;
    }
    for (const auto& [role, loop] : lane->second.loops)
        if (loop.occupied) now.occupied = now.occupied.value_or(false) || *loop.occupied;
    now.last = lane->second.last;
    return now;
}

void LaneBoard::use_lanes(const std::vector<config::LaneConfig>& lanes)
{
    const auto known_lanes = std::exchange(lanes_, {});
    const auto known_gates = std::exchange(gates_, {});
    for (const auto& config : lanes) {
        auto& lane = lanes_[config.id];
        if (!config.loop_entry.device.empty()) lane.loops["loop_entry"].device = config.loop_entry.device;
        if (!config.loop_safety.device.empty()) lane.loops["loop_safety"].device = config.loop_safety.device;
        if (!config.barrier_device.empty()) {
            lane.barrier = {config.barrier_device, config.barrier_output};
            const auto gate = known_gates.find(lane.barrier);
            gates_[lane.barrier] = gate == known_gates.end() ? Gate() : gate->second;
        }
        const auto known = known_lanes.find(config.id);
        if (known == known_lanes.end()) continue;
        lane.last = known->second.last;
        for (auto& [role, loop] : lane.loops) {
            const auto before = known->second.loops.find(role);
            if (before != known->second.loops.end() && before->second.device == loop.device)
                loop.occupied = before->second.occupied;
        }
    }
}

} // namespace gatehouse::passage
