#include "gateway/rules/rule_list.hpp"
#include "gateway/rules/saved_line.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

// After a start nobody is missed for so long: readers first tell what they saw while we were away.
constexpr auto patience = 30min;

// Misses residents who asked for it (elder care), and looks at nobody else: an entry of anybody who is not in
// the configuration leaves no trace here. What is kept is when a resident was last seen, under the configured
// id.
class Welfare final : public Rule {
public:
    Welfare(const RuleSpec& spec, std::vector<config::WelfareConfig> residents)
        : spec_(spec), residents_(std::move(residents))
    {
    }

    [[nodiscard]] std::string_view name() const override { return spec_.name; }
    std::vector<Finding> observe(const model::Entry& entry) override
    {
        const auto* attempt = std::get_if<model::AccessAttempt>(&entry.event.body);
        if (attempt == nullptr || attempt->person.empty()) return {};
        for (const auto& resident : residents_)
            if (resident.person == attempt->person) return seen(resident, entry);
        return {};
    }
    std::vector<Finding> tick(WallTime now) override
    {
        if (!quiet_until_) quiet_until_ = now + patience;
        std::vector<Finding> findings;
        for (const auto& resident : residents_) {
            auto [at, fresh] = watched_.try_emplace(resident.id);
            auto& watch = at->second;
            if (fresh) watch.seen_at = now; // from the day it is configured
            if (fresh || watch.seen_at > now) changed_ = true;
            watch.seen_at = std::min(watch.seen_at, now); // a wall clock that was set back
            const bool missed = now - watch.seen_at >= resident.after && now >= *quiet_until_;
            if (watch.away || watch.raised || !missed) continue;
            watch.raised = true;
            changed_ = true;
            findings.push_back(finding(Finding::Change::raise, resident, watch));
        }
        return findings;
    }
    [[nodiscard]] bool take_changed() override { return std::exchange(changed_, false); }
    [[nodiscard]] std::string save() const override
    {
        std::string text;
        for (const auto& [id, watch] : watched_) {
            text += id + '\t' + std::to_string(watch.seen_at.time_since_epoch().count()) + '\t';
            text +=
                std::string(watch.away ? "away" : "home") + '\t' + (watch.raised ? "raised" : "held") + '\t';
            text += std::to_string(watch.cause) + '\n';
        }
        return text;
    }
    // Who is no longer configured is forgotten with it.
    void load(std::string_view text) override
    {
        watched_.clear();
        changed_ = true;
        while (!text.empty()) {
            auto line = take_until(text, '\n');
            std::array<std::string_view, 5> field;
            for (auto& part : field)
                part = take_until(line, '\t');
            const auto is_it = [&](const config::WelfareConfig& resident) { return resident.id == field[0]; };
            if (std::none_of(residents_.begin(), residents_.end(), is_it)) continue;
            auto& watch = watched_[std::string(field[0])];
            watch.seen_at = WallTime(std::chrono::milliseconds(saved_number(field[1])));
            watch.away = field[2] == "away";
            watch.raised = field[3] == "raised";
            watch.cause = saved_number(field[4]);
        }
    }

private:
    struct Watch {
        WallTime seen_at{};
        bool away = false;   // seen leaving
        bool raised = false; // missed, and told
        std::int64_t cause = 0;
    };

    // Also in an old record: it says that the resident was well then. A refused entry is a sign of life too.
    std::vector<Finding> seen(const config::WelfareConfig& resident, const model::Entry& entry)
    {
        auto& watch = watched_[resident.id];
        const auto at = std::min(entry.event.occurred_at, entry.event.received_at);
        if (at < watch.seen_at) return {};
        watch.seen_at = at;
        watch.away = resident.quiet_when_out && entry.event.direction == model::Direction::out;
        watch.cause = entry.seq;
        changed_ = true;
        if (!std::exchange(watch.raised, false)) return {};
        return {finding(Finding::Change::clear, resident, watch)};
    }
    [[nodiscard]] Finding finding(Finding::Change change, const config::WelfareConfig& resident,
                                  const Watch& watch) const
    {
        Finding made;
        made.change = change;
        made.kind = spec_.kind;
        made.device = resident.id; // each resident is an alert of its own
        made.severity = spec_.severity;
        const auto span = std::chrono::duration_cast<std::chrono::hours>(resident.after).count();
        if (change == Finding::Change::raise)
            made.text = resident.name + "已超过" + std::to_string(span) + "小时没有出入记录，请上门看望";
        // No evidence: it would lead from the alert to the person and the door.
        made.cause = watch.cause;
        made.since = watch.seen_at;
        return made;
    }

    RuleSpec spec_;
    std::vector<config::WelfareConfig> residents_;
    std::map<std::string, Watch> watched_; // by the resident's configured id; bounded by the configuration
    std::optional<WallTime> quiet_until_;
    bool changed_ = true;
};

std::unique_ptr<Rule> make_welfare(const RuleSpec& spec, const Site& site, base::Metrics&)
{
    return std::make_unique<Welfare>(spec, site.welfare);
}

} // namespace

// A resident who lives alone and asked to be missed has not been seen for so long.
const RuleSpec welfare{
    .name = "welfare", .kind = "welfare", .severity = 2, .make = make_welfare, .own_times = true};

} // namespace gatehouse::rules
