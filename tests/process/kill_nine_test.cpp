#include "tests/process/world.hpp"

#include "gateway/base/random.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/json/serialize.hpp>

namespace gatehouse::proof {
namespace {

class KillNine : public World {
protected:
    // Load and orders for a random while, then the end without a word.
    void live_and_die(base::Random& random, int round)
    {
        constexpr double shortest_ms = 50;
        constexpr double spread_ms = 350;
        reads.drive_up(*estate);
        live(Milliseconds(static_cast<int>(shortest_ms + spread_ms * random.uniform())), round);
        gateway.kill();
    }
    // The end comes while the gate is being opened. Just after its start a gateway opens for nobody.
    void let_somebody_in_and_die(base::Random& random, int round)
    {
        constexpr Milliseconds well_started{1'800};
        constexpr double longest_ms = 200;
        live(well_started, round);
        reads.drive_up(*estate);
        live(Milliseconds(static_cast<int>(longest_ms * random.uniform())), round);
        gateway.kill();
    }
    void live(Milliseconds life, int round)
    {
        const auto end = std::chrono::steady_clock::now() + life;
        while (std::chrono::steady_clock::now() < end) {
            if (orders.give(centre, {"lpr-1", "lpr-2", "lpr-3"}) && round % 3 == 0)
                orders.repeat_last(centre);
            centre.pump(std::min<Milliseconds>(life, 10ms));
        }
    }

    // A write that a kill tore apart is no damage for a person to look into.
    void expect_no_damage() const
    {
        for (const auto& delivery : centre.deliveries())
            EXPECT_EQ(delivery.data.find("store_damaged"), std::string::npos) << delivery.data;
    }

    // Every order that reached the gateway has an outcome, and one whose outcome nobody saw is "unknown".
    void expect_no_open_intent()
    {
        const auto commands = gateway.api("/api/v1/commands?limit=1000");
        ASSERT_TRUE(commands.is_object());
        for (const auto& command : commands.at("commands").as_array())
            EXPECT_TRUE(command.as_object().contains("outcome")) << boost::json::serialize(command);
    }
};

TEST_F(KillNine, NothingAcknowledgedIsLostAndNoOrderIsCarriedOutTwice)
{
    const auto seed = seed_of_run();
    base::Random random(seed);
    auto devices = small_site(15);
    devices.push_back(ReadBook::device());
    gateway.more = ReadBook::lane_keys();
    plan(std::move(devices));
    ASSERT_NO_FATAL_FAILURE(start());
    write_file(scratch.file("plates.csv"), ReadBook::list());
    ASSERT_EQ(gateway.cli({"list", "import", scratch.file("plates.csv")}).code, 0);
    const int rounds = long_run() ? 5000 : 200;
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE(fmt::format("round {} of seed {}", round, seed));
        if (round % 10 == 0)
            let_somebody_in_and_die(random, round);
        else
            live_and_die(random, round);
        ASSERT_NO_FATAL_FAILURE(launch_again());
    }
    settle_and_prove();
    expect_no_open_intent();
    expect_no_damage();
    EXPECT_GT(reads.opened(truth()), 0U) << "no car was let in, so nothing is proved about them";
}

} // namespace
} // namespace gatehouse::proof
