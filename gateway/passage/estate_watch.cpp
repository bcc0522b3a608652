#include "gateway/passage/estate_watch.hpp"

#include <algorithm>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;

// What reached us later than that says nothing about now, whatever the device calls it.
constexpr auto live_within = 60s;

bool is_live(const model::Event& event)
{
    if (event.history) return false;
    return !event.time_trusted || event.received_at - event.occurred_at <= live_within;
}

bool reads_both_ways(const std::vector<config::LaneConfig>& lanes, bool vehicles)
{
    const auto reads = [&](model::Direction direction) {
        return std::any_of(lanes.begin(), lanes.end(), [&](const config::LaneConfig& lane) {
            return lane.vehicle == vehicles && lane.direction == direction && !lane.readers.empty();
        });
    };
    return reads(model::Direction::in) && reads(model::Direction::out);
}

} // namespace

void EstateWatch::use_lanes(const std::vector<config::LaneConfig>& lanes)
{
    std::map<std::string, Lane> used;
    for (const auto& config : lanes) {
        auto& lane = used[config.id];
        if (const auto known = lanes_.find(config.id);
            known != lanes_.end() && known->second.config.vehicle == config.vehicle)
            lane = std::move(known->second);
        lane.config = config;
        if (lane.watch == nullptr && config.vehicle) {
            auto watch = std::make_unique<LaneWatch>(config);
            lane.vehicles = watch.get();
            lane.watch = std::move(watch);
        } else if (lane.watch == nullptr) {
            lane.watch = std::make_unique<DoorWatch>(config);
        }
        lane.watch->use(config);
    }
    lanes_ = std::move(used);
    two_ways_vehicles_ = reads_both_ways(lanes, true);
    two_ways_persons_ = reads_both_ways(lanes, false);
}

void EstateWatch::observe(const model::Entry& entry, std::vector<Told>& told)
{
    const auto& event = entry.event;
    const bool passage = std::holds_alternative<model::Passage>(event.body);
    if (entry.priority == model::Priority::alert || passage || !is_live(event)) return;
    advance(event.received_at, told);
    const auto before = static_cast<std::ptrdiff_t>(told.size());
    hand_over(event, told);
    std::for_each(told.begin() + before, told.end(), [this](Told& one) { look_for_misuse(one); });
}

void EstateWatch::hand_over(const model::Event& event, std::vector<Told>& told)
{
    const auto& body = event.body;
    if (const auto* done = std::get_if<model::CommandDone>(&body)) {
        const auto named = lanes_.find(done->command.lane);
        if (named != lanes_.end()) return named->second.watch->observe(event, told);
        return at_gate(event, done->command.device, done->command.output, told);
    }
    if (const auto* moved = std::get_if<model::BarrierMoved>(&body))
        return at_gate(event, event.device, moved->output, told);
    if (const auto* fault = std::get_if<model::BarrierFault>(&body))
        return at_gate(event, event.device, fault->output, told);
    if (const auto* door = std::get_if<model::DoorState>(&body))
        return at_gate(event, event.device, door->door, told);
    read(event, told);
}

void EstateWatch::read(const model::Event& event, std::vector<Told>& told)
{
    const auto lane = lanes_.find(event.lane);
    if (lane == lanes_.end()) return;
    const auto* seen = std::get_if<model::VehiclePassage>(&event.body);
    const auto opposite = lanes_.find(lane->second.config.opposite);
    if (seen != nullptr && opposite != lanes_.end() && opposite->second.vehicles != nullptr &&
        opposite->second.vehicles->has_just_passed(event, now_))
        return opposite->second.vehicles->add_echo(event);
    lane->second.watch->observe(event, told);
}

// A barrier or door that several lanes share concerns the one where something waits; nobody waits: the
// opening says nothing of the way.
void EstateWatch::at_gate(const model::Event& event, const std::string& device, int output,
                          std::vector<Told>& told)
{
    std::vector<Watch*> behind;
    for (auto& [id, lane] : lanes_)
        if (lane.config.barrier_device == device && lane.config.barrier_output == output)
            behind.push_back(lane.watch.get());
    const bool shared = behind.size() > 1;
    for (auto* watch : behind)
        if (!shared || watch->is_busy()) watch->observe(event, told);
}

void EstateWatch::advance(WallTime now, std::vector<Told>& told)
{
    now_ = std::max(now_, now);
    const auto before = static_cast<std::ptrdiff_t>(told.size());
    for (auto& [id, lane] : lanes_)
        lane.watch->advance(now_, told);
    std::stable_sort(told.begin() + before, told.end(),
                     [](const Told& a, const Told& b) { return a.due < b.due; });
    std::for_each(told.begin() + before, told.end(), [this](Told& one) { look_for_misuse(one); });
}

void EstateWatch::look_for_misuse(Told& told)
{
    auto* passage = std::get_if<model::Passage>(&told.event.body);
    if (passage == nullptr) return;
    const bool again = presence_.note(told.event);
    if (again && (passage->vehicle ? two_ways_vehicles_ : two_ways_persons_)) passage->mark("anti_passback");
}

std::map<std::string, std::string> EstateWatch::take_changed()
{
    std::map<std::string, std::string> changed;
    for (auto& [id, lane] : lanes_)
        if (lane.watch->take_changed()) changed[id] = lane.watch->save();
    return changed;
}

void EstateWatch::load(const std::string& lane, std::string_view text)
{
    now_ = {};
    if (const auto found = lanes_.find(lane); found != lanes_.end()) found->second.watch->load(text);
}

std::vector<std::string> EstateWatch::lanes() const
{
    std::vector<std::string> ids;
    for (const auto& [id, lane] : lanes_)
        ids.push_back(id);
    return ids;
}

} // namespace gatehouse::passage
