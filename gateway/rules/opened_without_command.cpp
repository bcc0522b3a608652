#include "gateway/rules/condition_rule.hpp"
#include "gateway/rules/positions.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;
using model::BarrierPosition;

// How long before the movement what explains it may lie: an order is carried out in seconds.
constexpr auto explained_for = 30s;

// Remembers of each barrier what explains that it opens, and waits a while for what comes after the movement:
// the end of an order and the record of a passage are written down later than the limit switch speaks.
class OpenedWithoutCommand final : public Rule {
public:
    OpenedWithoutCommand(const RuleSpec& spec, const Site& site, base::Metrics& metrics)
        : conditions_(spec, site, metrics), site_(site)
    {
    }

    [[nodiscard]] std::string_view name() const override { return conditions_.name(); }
    std::vector<Finding> observe(const model::Entry& entry) override
    {
        const auto& event = entry.event;
        if (event.history) return {};
        if (const auto* moved = std::get_if<model::BarrierMoved>(&event.body)) return opened(entry, *moved);
        if (const auto* done = std::get_if<model::CommandDone>(&event.body)) return explain(entry, *done);
        const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body);
        const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
        const bool let_through =
            (vehicle != nullptr && vehicle->passed) || (attempt != nullptr && attempt->granted);
        return let_through ? explain_lane(entry) : std::vector<Finding>();
    }
    std::vector<Finding> tick(WallTime now) override { return conditions_.tick(now); }
    [[nodiscard]] bool take_changed() override
    {
        const bool moved = positions_.take_changed();
        return conditions_.take_changed() || moved;
    }
    [[nodiscard]] std::string save() const override { return positions_.save() + conditions_.save(); }
    void load(std::string_view text) override
    {
        positions_.load(text);
        conditions_.load(text);
    }

private:
    std::vector<Finding> opened(const model::Entry& entry, const model::BarrierMoved& moved)
    {
        const auto& event = entry.event;
        const auto* before = positions_.find(event.device, moved.output);
        // What is open when it first tells so did not open now.
        const bool was_closed = before != nullptr && before->position == BarrierPosition::closed;
        positions_.note(event);
        if (moved.position != BarrierPosition::open || !was_closed) return {};
        const auto explained = explained_at_.find({event.device, moved.output});
        if (explained != explained_at_.end() && event.received_at - explained->second < explained_for)
            return {};
        return conditions_.take(entry, *lasting(true, std::to_string(moved.output), ""));
    }
    std::vector<Finding> explain(const model::Entry& entry, const model::CommandDone& done)
    {
        const auto& command = done.command;
        if (command.action != model::Action::barrier_open) return {};
        switch (done.outcome.status) {
        case model::Status::confirmed:
        case model::Status::accepted:
        case model::Status::unknown: return explain(entry, {command.device, command.output});
        default: return {}; // nothing was sent
        }
    }
    // Whoever was let through at the lane; a button or a remote control that the reader tells is one of them.
    std::vector<Finding> explain_lane(const model::Entry& entry)
    {
        const auto barrier = site_.barrier_of ? site_.barrier_of(entry.event.lane) : std::nullopt;
        return barrier ? explain(entry, *barrier) : std::vector<Finding>();
    }
    std::vector<Finding> explain(const model::Entry& entry, const Output& barrier)
    {
        if (positions_.find(barrier.first, barrier.second) == nullptr) return {};
        explained_at_[barrier] = entry.event.received_at; // bounded: by barriers that tell their position
        auto signal = lasting(false, std::to_string(barrier.second), "");
        signal->device = barrier.first;
        auto findings = conditions_.take(entry, std::move(*signal));
        // It only takes back what nobody has been told yet: the next car does not explain the last opening.
        std::erase_if(findings,
                      [](const Finding& finding) { return finding.change == Finding::Change::clear; });
        return findings;
    }

    ConditionRule conditions_;
    Positions positions_;
    Site site_;
    std::map<Output, WallTime>
        explained_at_; // not saved: after a restart the first movement may seem unexplained
};

std::unique_ptr<Rule> make_opened_without_command(const RuleSpec& spec, const Site& site,
                                                  base::Metrics& metrics)
{
    return std::make_unique<OpenedWithoutCommand>(spec, site, metrics);
}

std::string opened_without_command_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号道闸无指令打开";
}

} // namespace

// A barrier that opens, and no order, no device's decision and no button that we hear of explains it. Where
// guards open with a remote control of the barrier's own, that is every day: only where a site asks for it.
const RuleSpec opened_without_command{.name = "opened-without-command",
                                      .kind = "opened_without_command",
                                      .severity = 3,
                                      .after = 15s,
                                      .sentence = opened_without_command_sentence,
                                      .enabled = false,
                                      .make = make_opened_without_command,
                                      .while_armed = true};

} // namespace gatehouse::rules
