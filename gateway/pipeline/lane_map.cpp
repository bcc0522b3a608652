#include "gateway/pipeline/lane_map.hpp"

namespace gatehouse::pipeline {
namespace {

// The output a body speaks of, 0 when it is about no barrier and no door.
int barrier_output(const model::Body& body)
{
    if (const auto* door = std::get_if<model::DoorState>(&body)) return door->door;
    if (const auto* moved = std::get_if<model::BarrierMoved>(&body)) return moved->output;
    if (const auto* fault = std::get_if<model::BarrierFault>(&body)) return fault->output;
    return 0;
}

} // namespace

LaneMap::LaneMap(std::vector<config::LaneConfig> lanes) : lanes_(std::move(lanes))
{
    for (const auto& lane : lanes_) {
        for (const auto& reader : lane.readers)
            by_reader_.emplace(reader, &lane);
        const auto add = [&lane](Places& places, const std::string& device, int number) {
            if (device.empty()) return;
            const auto [place, fresh] = places.emplace(std::pair(device, number), &lane);
            if (!fresh) place->second = nullptr;
        };
        add(by_barrier_, lane.barrier_device, lane.barrier_output);
        add(by_loop_, lane.loop_entry.device, lane.loop_entry.input);
        add(by_loop_, lane.loop_safety.device, lane.loop_safety.input);
    }
}

const config::LaneConfig* LaneMap::find(const std::string& device, const model::Body& body) const
{
    if (const int output = barrier_output(body); output != 0) {
        const auto barrier = by_barrier_.find({device, output});
        // A door that two terminals open belongs to the one at which it is wired; a shared boom to nobody.
        const bool door = std::holds_alternative<model::DoorState>(body);
        if (barrier != by_barrier_.end() && (barrier->second != nullptr || !door)) return barrier->second;
    }
    if (const auto* changed = std::get_if<model::InputChanged>(&body)) {
        const auto loop = by_loop_.find({device, changed->input});
        if (loop != by_loop_.end()) return loop->second;
    }
    const auto reader = by_reader_.find(device);
    return reader == by_reader_.end() ? nullptr : reader->second;
}

std::string_view LaneMap::role(const config::LaneConfig& lane, const std::string& device, int input)
{
    const auto is = [&](const config::InputPlace& place) {
        return !place.device.empty() && place.device == device && place.input == input;
    };
    if (is(lane.loop_entry)) return "loop_entry";
    return is(lane.loop_safety) ? "loop_safety" : "";
}

} // namespace gatehouse::pipeline
