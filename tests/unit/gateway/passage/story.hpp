#pragma once
#include "gateway/passage/estate_watch.hpp"

#include "gateway/model/enum_text.hpp"

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace gatehouse::passage::tests {

using Lines = std::vector<std::string>;

// What happens, and what comes of it.
struct Case {
    std::string name;
    std::string story;
    Lines passages;
};

inline const WallTime midnight{std::chrono::milliseconds(1'767'225'600'000)};

// What happens at one lane, a line a step: "SECONDS WHAT ...":
//   read PLATE|- open|refuse [CONFIDENCE]   what a camera saw, and the decision for it
//   face PERSON|- open|refuse               what a terminal saw
//   order access|NAME                       an order that opens was carried out
//   failed access|NAME                      or was not
//   up | down | lost                        the barrier
//   before on|off, under on|off             the loops
//   door opened|closed|locked|forced_open|held_open|unlocked
//   fault NAME                              what a controller tells of itself
// and every line ends with the lane, when it is not the first one: "@east-out".
class Story {
public:
    explicit Story(const std::vector<config::LaneConfig>& lanes) : lanes_(lanes), watch_(lanes) {}

    void tell(const std::string& text)
    {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            if (line.find_first_not_of(' ') != std::string::npos) step(line);
    }
    // The end of the story: nothing more comes for long.
    void end() { watch_.advance(now_ + std::chrono::hours(2), told_); }
    void tick(double seconds) { watch_.advance(midnight + milliseconds_of(seconds), told_); }
    // A restart: only what was written down goes on.
    void restart()
    {
        for (auto& [lane, text] : watch_.take_changed())
            saved_[lane] = text;
        EstateWatch fresh(lanes_);
        for (const auto& [lane, text] : saved_)
            fresh.load(lane, text);
        for (auto told = told_.rbegin(); told != told_.rend(); ++told)
            fresh.recall(told->event);
        watch_ = std::move(fresh);
    }

    // Passages as "STATE WHO by OPENED_BY proof PROOF FLAGS": parts that say nothing are left out.
    [[nodiscard]] std::vector<std::string> passages() const
    {
        std::vector<std::string> found;
        for (const auto& told : told_)
            if (std::holds_alternative<model::Passage>(told.event.body)) found.push_back(line_of(told.event));
        return found;
    }
    [[nodiscard]] std::vector<std::string> notices() const
    {
        std::vector<std::string> found;
        for (const auto& told : told_)
            if (const auto* notice = std::get_if<model::SystemNotice>(&told.event.body))
                found.push_back(notice->what + (notice->ok ? " over" : ""));
        return found;
    }
    [[nodiscard]] const std::vector<Told>& told() const { return told_; }

    static std::string line_of(const model::Event& event)
    {
        const auto& passage = std::get<model::Passage>(event.body);
        std::string line(model::to_string(passage.state));
        const auto& who = passage.vehicle ? passage.plate.text : passage.person;
        line += ' ' + (who.empty() ? "-" : who);
        if (!passage.opened_by.empty()) line += " by " + passage.opened_by;
        if (!passage.proof.empty()) line += " proof " + passage.proof;
        for (const auto& flag : passage.flags)
            line += ' ' + flag;
        return line;
    }

    // The entries made so far, for those who hand them over in another way.
    [[nodiscard]] const std::vector<model::Entry>& entries() const { return entries_; }

private:
    static std::chrono::milliseconds milliseconds_of(double seconds)
    {
        return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
    void step(const std::string& line)
    {
        std::istringstream words(line);
        double seconds = 0;
        std::string what;
        words >> seconds >> what;
        std::vector<std::string> rest;
        std::string lane = lanes_.front().id;
        for (std::string word; words >> word;)
            if (word.starts_with('@'))
                lane = word.substr(1);
            else
                rest.push_back(word);
        rest.resize(4);
        now_ = midnight + milliseconds_of(seconds);
        auto event = event_of(what, rest, config_of(lane));
        event.id = "E" + std::to_string(entries_.size() + 1);
        event.lane = lane;
        event.received_at = event.occurred_at = now_;
        model::Entry entry;
        entry.seq = static_cast<std::int64_t>(entries_.size()) + 1;
        entry.type = model::type_of(event.body);
        entry.priority = model::Priority::event;
        entry.event = std::move(event);
        watch_.observe(entry, told_);
        entries_.push_back(std::move(entry));
    }

    const config::LaneConfig& config_of(const std::string& id) const
    {
        return *std::find_if(lanes_.begin(), lanes_.end(), [&](const auto& lane) { return lane.id == id; });
    }

    static model::Decision decision(const std::string& word)
    {
        model::Decision made;
        made.result = word == "open" ? model::Decision::Result::open : model::Decision::Result::refuse;
        made.rule = word == "open" ? "resident-list" : "not-listed";
        return made;
    }

    static model::Event event_of(const std::string& what, const std::vector<std::string>& rest,
                                 const config::LaneConfig& lane)
    {
        model::Event event;
        event.device = what == "read" || what == "face" ? lane.readers.front() : lane.barrier_device;
        event.direction = lane.direction;
        if (what == "read") {
            event.decision = decision(rest[1]);
            model::VehiclePassage seen;
            seen.passed = rest[1] == "open";
            if (rest[0] != "-") seen.plate.text = rest[0];
            if (!rest[2].empty()) seen.plate.confidence = std::stod(rest[2]);
            event.body = seen;
        } else if (what == "face") {
            event.decision = decision(rest[1]);
            model::AccessAttempt seen;
            seen.granted = rest[1] == "open";
            seen.credential = "face";
            if (rest[0] != "-") seen.person = rest[0];
            event.body = seen;
        } else if (what == "order" || what == "failed") {
            model::CommandDone done;
            done.command.id = "C-" + rest[0];
            done.command.origin = rest[0];
            done.command.action = lane.vehicle ? model::Action::barrier_open : model::Action::door_open;
            done.command.device = lane.barrier_device;
            done.command.output = lane.barrier_output;
            done.command.lane = lane.id;
            done.outcome.status = what == "order" ? model::Status::confirmed : model::Status::failed;
            event.body = done;
        } else if (what == "before" || what == "under") {
            const auto& loop = what == "before" ? lane.loop_entry : lane.loop_safety;
            event.device = loop.device;
            event.body = model::InputChanged{loop.input, rest[0] == "on",
                                             what == "before" ? "loop_entry" : "loop_safety"};
        } else if (what == "door") {
            model::DoorState state;
            state.door = lane.barrier_output;
            if (!model::parse(rest[0], state.position)) throw std::invalid_argument(rest[0]);
            event.body = state;
        } else if (what == "fault") {
            event.body = model::BarrierFault{lane.barrier_output, rest[0], true};
        } else {
            model::BarrierMoved moved;
            moved.output = lane.barrier_output;
            if (what == "up") moved.position = model::BarrierPosition::open;
            if (what == "down") moved.position = model::BarrierPosition::closed;
            event.body = moved;
        }
        return event;
    }

    std::vector<config::LaneConfig> lanes_;
    EstateWatch watch_;
    std::map<std::string, std::string> saved_;
    std::vector<Told> told_;
    std::vector<model::Entry> entries_;
    WallTime now_ = midnight;
};

inline config::LaneConfig vehicle_lane(std::string id = "east-in",
                                       model::Direction direction = model::Direction::in)
{
    config::LaneConfig lane;
    lane.readers = {"lpr-" + id, "rear-" + id};
    lane.barrier_device = "gate-" + id;
    lane.direction = direction;
    lane.decide_here = true;
    lane.id = std::move(id);
    return lane;
}

inline config::LaneConfig lane_with_loops()
{
    auto lane = vehicle_lane();
    lane.loop_entry = {"gate-east-in", 2};
    lane.loop_safety = {"gate-east-in", 3};
    return lane;
}

inline config::LaneConfig door_lane(std::string id = "door-east")
{
    config::LaneConfig lane;
    lane.vehicle = false;
    lane.readers = {"face-" + id};
    lane.barrier_device = "face-" + id;
    lane.direction = model::Direction::in;
    lane.id = std::move(id);
    return lane;
}

} // namespace gatehouse::passage::tests
