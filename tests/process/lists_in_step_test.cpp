#include "tests/process/makes_world.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fstream>

// A site's lists in every device that decides for itself, through an absence and a refusal.
namespace gatehouse::proof {
namespace {

constexpr int plates = 2'000;
constexpr int persons = 1'000;
constexpr auto patience = 240s;

class ListsInStep : public MakesWorld {
protected:
    void start_site()
    {
        ASSERT_NO_FATAL_FAILURE(start());
        for (const auto& make : makes())
            if (!make.lists.empty()) ids_.emplace_back(make.protocol);
        ASSERT_TRUE(until(
            [&] {
                return std::all_of(makes().begin(), makes().end(), [&](const Make& make) {
                    return make.lists.empty() || link(make) == "up";
                });
            },
            40s));
    }
    // Persons from `first` on, each with a card, and all plates.
    void import_from(int first)
    {
        const auto csv = scratch.file("lists.csv");
        std::ofstream out(csv);
        out << "plate,person,card,name\n";
        for (int n = 0; n < plates; ++n)
            out << fmt::format("沪A{:05},,,车主{}\n", 10'000 + n, n);
        for (int n = first; n < persons; ++n)
            out << fmt::format(",{0},{1},住户{0}\n", 1'001 + n, 7'000'001 + n);
        out.close();
        const auto done = gateway.cli({"list", "import", csv});
        ASSERT_EQ(done.code, 0) << done.output;
    }
    // The states of a device's lists as `list sync --diff` tells them; nothing is written.
    boost::json::array states(const std::string& device) const
    {
        boost::json::array all;
        std::istringstream lines(
            gateway.cli({"list", "sync", "--json", "--diff", "--device", device}).output);
        for (std::string line; std::getline(lines, line);) {
            boost::system::error_code failure;
            auto parsed = boost::json::parse(line, failure);
            if (!failure && parsed.is_object() && parsed.as_object().contains("in_step"))
                all.push_back(parsed);
        }
        return all;
    }
    bool in_step(const std::string& device) const
    {
        const auto all = states(device);
        return !all.empty() && std::all_of(all.begin(), all.end(),
                                           [](const auto& state) { return state.at("in_step").as_bool(); });
    }
    bool all_in_step(const std::set<std::string>& but) const
    {
        return std::all_of(ids_.begin(), ids_.end(),
                           [&](const auto& id) { return but.contains(id) || in_step(id); });
    }
    std::string held(const std::string& device) const { return estate->tell("lists " + device); }
    // Where persons and cards are users both, each is one.
    void expect_held(int plate_count, int person_count) const
    {
        const auto people = fmt::format("persons {}", person_count);
        const auto users = 2 * person_count;
        const auto cards = fmt::format("cards {}", person_count);
        EXPECT_NE(held("isapi").find(fmt::format("plates {}", plate_count)), std::string::npos)
            << held("isapi");
        EXPECT_NE(held("vzenith").find(fmt::format("plates {}", plate_count)), std::string::npos);
        EXPECT_NE(held("uhppote").find(cards), std::string::npos) << held("uhppote");
        EXPECT_NE(held("facepush").find(people), std::string::npos) << held("facepush");
        EXPECT_NE(held("zkteco").find(fmt::format("persons {}", users)), std::string::npos) << held("zkteco");
        EXPECT_NE(held("dahua").find(fmt::format("AccessControlCard {}", users)), std::string::npos)
            << held("dahua");
    }

    std::vector<std::string> ids_;
};

TEST_F(ListsInStep, ReachEveryDeviceThatTakesThem)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_EQ(estate->tell("cut zkteco on"), "ok");
    ASSERT_EQ(estate->tell("turn_away facepush 1003 1004 1005"), "ok");
    ASSERT_NO_FATAL_FAILURE(import_from(0));

    // One is away, one does not take three persons and says so, the others have everything.
    EXPECT_TRUE(until([&] { return all_in_step({"zkteco", "facepush"}); }, patience));
    boost::json::array reasons;
    ASSERT_TRUE(until(
        [&] {
            const auto all = states("facepush");
            if (all.size() != 1) return false;
            reasons = all[0].at("failures").as_array();
            return reasons.size() == 3 && all[0].at("equal").to_number<int>() == persons - 3;
        },
        patience));
    for (const auto& failure : reasons) {
        EXPECT_FALSE(failure.at("reason").as_string().empty());
        EXPECT_EQ(failure.at("code").as_string(), "LAN_EXP-9000");
    }
    EXPECT_FALSE(in_step("zkteco"));

    // It comes back, and the other one thinks better of it.
    ASSERT_EQ(estate->tell("cut zkteco off"), "ok");
    ASSERT_EQ(estate->tell("turn_away facepush"), "ok");
    EXPECT_TRUE(until([&] { return in_step("zkteco"); }, patience));
    EXPECT_EQ(gateway.cli({"list", "sync", "--device", "facepush"}).code, 0);
    EXPECT_TRUE(all_in_step({}));
    expect_held(plates, persons);

    // Ten leave while a device is away.
    ASSERT_EQ(estate->tell("cut dahua on"), "ok");
    ASSERT_NO_FATAL_FAILURE(import_from(10));
    EXPECT_TRUE(until([&] { return all_in_step({"dahua"}); }, patience));
    ASSERT_EQ(estate->tell("cut dahua off"), "ok");
    EXPECT_TRUE(until([&] { return all_in_step({}); }, patience));
    expect_held(plates, persons - 10);
}

} // namespace
} // namespace gatehouse::proof
