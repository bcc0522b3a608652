#include "gateway/alert/alert_board.hpp"

#include "gateway/base/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;

TEST(Life, EveryStateCanBeReachedAndAllButFalseAlarmsLeft)
{
    for (int state = 0; state <= static_cast<int>(State::suspended); ++state) {
        const auto one = static_cast<State>(state);
        bool reached = false;
        bool left = false;
        for (const auto& law : laws) {
            reached = reached || law.to == one;
            left = left || (law.from & bit(one)) != 0;
        }
        EXPECT_TRUE(reached) << model::to_string(one);
        EXPECT_EQ(left, one != State::rejected) << model::to_string(one);
    }
}

TEST(Life, NobodyButTheGatewayMakesAlertsOrSaysThatADeviceRecovered)
{
    for (const auto role : {Role::guard, Role::maintenance, Role::manager, Role::duty, Role::centre}) {
        EXPECT_FALSE(may(role, std::nullopt, State::raised));
        EXPECT_FALSE(may(role, State::raised, State::cleared));
        EXPECT_FALSE(may(role, State::raised, State::suppressed));
    }
    EXPECT_FALSE(may(Role::system, State::acknowledged, State::closed)) << "nor closes what nobody has ended";
    EXPECT_FALSE(may(Role::system, State::raised, State::acknowledged));
}

// What the board is asked at random, and what its answers must always hold.
class RandomLife {
public:
    explicit RandomLife(std::uint64_t seed) : random_(seed) {}

    void run(int rounds)
    {
        for (int round = 0; round < rounds; ++round) {
            now_ += std::chrono::seconds(below(600));
            const auto choice = below(10);
            if (choice < 4)
                board_.apply(finding(), now_, out_);
            else if (choice < 8)
                order();
            else if (choice < 9)
                board_.tick(now_, out_);
            else
                silence();
            check();
        }
    }
    [[nodiscard]] std::size_t steps() const { return steps_; }

private:
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.next() % bound); }
    Finding finding()
    {
        Finding one;
        const auto kind = below(3);
        one.change = below(2) == 0 ? Finding::Change::raise : Finding::Change::clear;
        one.kind = kind == 0 ? "device_offline" : kind == 1 ? "tamper" : "door_held_open";
        one.device = "d" + std::to_string(below(3));
        one.severity = kind == 1 ? 1 : kind == 0 ? 3 : 4;
        one.lasts = below(4) != 0;
        one.cause = ++cause_;
        one.since = now_;
        return one;
    }
    void order()
    {
        if (known_.empty()) return;
        Order wanted;
        auto at = known_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(below(known_.size())));
        wanted.id = at->first;
        wanted.verb = verbs[below(verbs.size())].word;
        wanted.actor = "li";
        wanted.role = static_cast<Role>(below(5));
        wanted.note = "seen";
        wanted.result = below(3) == 0 ? "false" : "real";
        wanted.number = wanted.verb == "order" ? "7" : "";
        if (auto made = board_.carry_out(wanted, now_)) out_.push_back(*made);
        if (below(3) == 0)
            if (auto made = board_.dispatch(wanted.id, "guards", "x", now_)) out_.push_back(*made);
    }
    void silence()
    {
        model::Silence wanted;
        wanted.id = std::to_string(++cause_);
        wanted.device = "d" + std::to_string(below(3));
        wanted.author = wanted.reason = "x";
        wanted.until = now_ + 20min;
        (void)board_.quiet().add(wanted, now_); // too many are refused
    }
    void check()
    {
        for (const auto& [alert, step, key] : out_) {
            ++steps_;
            EXPECT_TRUE(keys_.insert(key).second) << key;
            const auto before = known_.find(alert.id);
            EXPECT_EQ(step.from.has_value(), before != known_.end());
            if (before != known_.end()) {
                EXPECT_EQ(step.from, before->second.state);
                EXPECT_EQ(step.seq, before->second.steps + 1);
            }
            Role role = Role::system;
            for (const auto one : {Role::guard, Role::maintenance, Role::manager, Role::duty, Role::centre})
                if (step.role == model::to_string(one)) role = one;
            EXPECT_TRUE(may(role, step.from, step.to)) << key;
            EXPECT_EQ(step.to, alert.state);
            const bool was_called = step.from != State::suppressed || alert.due_ack != WallTime{};
            EXPECT_FALSE(is_urgent(alert.severity) && is_in(ended, step.to) && role == Role::system &&
                         was_called)
                << "a device alone never closes what is urgent";
            known_[alert.id] = alert;
        }
        out_.clear();
    }

    base::Random random_;
    AlertBoard board_{AlertBoard::Limits{.open_max = 4, .resting_max = 6, .closed_max = 4}};
    WallTime now_{std::chrono::milliseconds(1'767'225'600'000)};
    std::vector<Transition> out_;
    std::map<std::string, model::Alert> known_;
    std::set<std::string> keys_;
    std::int64_t cause_ = 0;
    std::size_t steps_ = 0;
};

TEST(Life, NoSequenceOfFindingsAndPeopleLeadsToATransitionThatIsNotInTheTable)
{
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE(seed);
        RandomLife life(seed);
        life.run(400);
        EXPECT_GT(life.steps(), 100u);
        if (testing::Test::HasFailure()) return;
    }
}

} // namespace
} // namespace gatehouse::alert
