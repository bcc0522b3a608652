#include "gateway/pipeline/lane_map.hpp"

namespace gatehouse::pipeline {
namespace {

// The output a body speaks of, 0 when it is not about a barrier.
int barrier_output(const model::Body& body)
{
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
        if (lane.barrier_device.empty()) continue;
        auto key = std::pair(lane.barrier_device, lane.barrier_output);
        const auto [place, fresh] = by_barrier_.emplace(std::move(key), &lane);
        if (!fresh) place->second = nullptr;
    }
}

const config::LaneConfig* LaneMap::find(const std::string& device, const model::Body& body) const
{
    if (const int output = barrier_output(body); output != 0) {
        const auto barrier = by_barrier_.find({device, output});
        if (barrier != by_barrier_.end()) return barrier->second;
    }
    const auto reader = by_reader_.find(device);
    return reader == by_reader_.end() ? nullptr : reader->second;
}

} // namespace gatehouse::pipeline
