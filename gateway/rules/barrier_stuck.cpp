#include "gateway/rules/command_signal.hpp"
#include "gateway/rules/order_rule.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;
using model::BarrierPosition;

// A record with pictures may come only after the boom went up and down again.
constexpr auto record_late_max = 30s;

std::string part_of(int output, BarrierPosition wanted)
{
    return std::to_string(output) + (wanted == BarrierPosition::open ? "/up" : "/down");
}

class BarrierStuck final : public OrderRule {
public:
    using OrderRule::OrderRule;

private:
    std::vector<Finding> judge(const model::Entry& entry) override
    {
        const auto& body = entry.event.body;
        if (const auto* moved = std::get_if<model::BarrierMoved>(&body)) {
            if (moved->position == BarrierPosition::unknown) return {};
            return say(entry, false, entry.event.device, moved->output, moved->position);
        }
        if (const auto* done = std::get_if<model::CommandDone>(&body)) return ordered(entry, *done);
        if (const auto* vehicle = std::get_if<model::VehiclePassage>(&body)) return decided(entry, *vehicle);
        return {};
    }
    std::vector<Finding> ordered(const model::Entry& entry, const model::CommandDone& done)
    {
        const auto& command = done.command;
        const bool opens = command.action == model::Action::barrier_open;
        if (!opens && command.action != model::Action::barrier_close) return {};
        const auto wanted = opens ? BarrierPosition::open : BarrierPosition::closed;
        switch (done.outcome.status) {
        case model::Status::confirmed: return say(entry, false, command.device, command.output, wanted);
        case model::Status::accepted:
        case model::Status::unknown: return expect(entry, command.device, command.output, wanted);
        default: return {}; // nothing was sent
        }
    }
    // A device that opens its own barrier for whom it has on its list.
    std::vector<Finding> decided(const model::Entry& entry, const model::VehiclePassage& vehicle)
    {
        const auto& event = entry.event;
        const bool opens =
            vehicle.passed && (vehicle.device_list == "allow" || vehicle.device_list == "temporary");
        if (!opens || event.history || !event.decision || event.decision->rule != "device") return {};
        const auto barrier = site_.barrier_of ? site_.barrier_of(event.lane) : std::nullopt;
        if (!barrier || barrier->first != event.device) return {};
        const auto* known = positions_.find(barrier->first, barrier->second);
        if (known == nullptr || event.received_at - known->opened_at < record_late_max) return {};
        return expect(entry, barrier->first, barrier->second, BarrierPosition::open);
    }
    std::vector<Finding> expect(const model::Entry& entry, const std::string& device, int output,
                                BarrierPosition wanted)
    {
        const auto* known = positions_.find(device, output);
        if (known == nullptr) return {};
        // The last order counts: whoever lowers a boom no longer waits for it to rise.
        const auto other = wanted == BarrierPosition::open ? BarrierPosition::closed : BarrierPosition::open;
        auto findings = say(entry, false, device, output, other);
        if (known->position == wanted) return findings;
        for (auto& finding : say(entry, true, device, output, wanted))
            findings.push_back(std::move(finding));
        return findings;
    }
    std::vector<Finding> say(const model::Entry& entry, bool waits, const std::string& device, int output,
                             BarrierPosition wanted)
    {
        auto signal = lasting(waits, part_of(output, wanted), "");
        signal->device = device;
        return conditions_.take(entry, std::move(*signal));
    }
};

std::unique_ptr<Rule> make_barrier_stuck(const RuleSpec& spec, const Site& site, base::Metrics& metrics)
{
    return std::make_unique<BarrierStuck>(spec, site, metrics);
}

std::string barrier_stuck_sentence(const std::string& place, const Signal& signal)
{
    const bool up = signal.part.ends_with("/up");
    return place + "的" + signal.part.substr(0, signal.part.find('/')) + "号道闸接到指令后" +
           (up ? "未升起" : "未落下");
}

} // namespace

// A barrier that tells its position and is not where an order, or its device's own decision, sends it.
const RuleSpec barrier_stuck{.name = "barrier-stuck",
                             .kind = "barrier_stuck",
                             .severity = 3,
                             .after = 10s,
                             .sentence = barrier_stuck_sentence,
                             .make = make_barrier_stuck};

} // namespace gatehouse::rules
