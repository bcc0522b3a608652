#include "tests/process/makes_world.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fstream>

// What every device language has to come through. quality.py knows the tests by their names.
namespace gatehouse::proof {
namespace {

class EveryMake : public MakesWorld {
protected:
    void begin() { MakesWorld::begin(testing::UnitTest::GetInstance()->current_test_info()->name()); }
    void tell_of_a_pass_and_demand_it(Milliseconds limit = 30s)
    {
        order("emit {} pass {pass}");
        demand_delivery(limit);
    }
    void demand_link(const std::string& wanted, Milliseconds limit)
    {
        demand(
            "the link is " + wanted, [&](const Make& make) { return link(make) == wanted; }, limit);
    }
    void demand_no_link(Milliseconds limit)
    {
        demand(
            "the link is not up", [&](const Make& make) { return link(make) != "up"; }, limit);
    }
    void only_with_metal()
    {
        only([](const Make& make) { return !make.kind.empty(); }, "moves no metal");
    }
    // Opens one after the other: each command line waits for its outcome.
    void open_all()
    {
        for (const auto* make : still_in()) {
            before_[make] = moves(*make);
            orders_before_[make] = orders_to(*make);
            outcome_[make] = open(*make);
        }
    }
    void demand_outcome(const std::vector<std::string>& words, std::size_t most_moves)
    {
        demand(
            "the outcome is one of " + words.front() + "..., moved at most " + std::to_string(most_moves),
            [&](const Make& make) {
                bool said = false;
                for (const auto& word : words)
                    said = said || outcome_[&make].find(word) != std::string::npos;
                return said && orders_to(make) <= orders_before_[&make] + 1 &&
                       moves(make) <= before_[&make] + most_moves;
            },
            1s);
    }

    std::map<const Make*, std::size_t> before_;
    std::map<const Make*, std::size_t> orders_before_;
    std::map<const Make*, std::string> outcome_;
};

TEST_F(EveryMake, Connects)
{
    begin();
    end();
}

TEST_F(EveryMake, TellsItsEvent)
{
    begin();
    tell_of_a_pass_and_demand_it();
    end();
}

TEST_F(EveryMake, BringsAPicture)
{
    begin();
    order("picture {} on");
    tell_of_a_pass_and_demand_it();
    demand(
        "its event has a picture",
        [this](const Make& make) {
            for (const auto& delivery : centre.deliveries())
                if (delivery.source == make.protocol &&
                    delivery.data.find("\"sha256\":\"") != std::string::npos)
                    return true;
            return false;
        },
        5s);
    end();
}

TEST_F(EveryMake, IsNotLockedByAWrongPassword)
{
    begin();
    only([](const Make& make) { return !make.password.empty(); }, "has no password");
    order("lock_after {} 5");
    order("password {} another");
    order("reboot {} 500ms");
    demand_no_link(30s);
    (void)until([] { return false; }, 15s);
    demand(
        "tries, and less often than a device locks",
        [this](const Make& make) {
            const auto tries = stat(make, "unauthorised");
            return tries > 0 && tries < 5;
        },
        1s);
    end();
}

TEST_F(EveryMake, IsNoticedWhenItFallsSilent)
{
    begin();
    order("mute {} on");
    order("emit {} pass {pass}");
    demand(
        "what it did not tell is fetched, or its link is not up",
        [this](const Make& make) { return delivered(make) || link(make) != "up"; }, 60s);
    order("mute {} off");
    tell_of_a_pass_and_demand_it(60s);
    end();
}

TEST_F(EveryMake, IsFoundDeadBehindAnOpenConnection)
{
    begin();
    order("half_open {} on");
    demand_no_link(60s);
    order("half_open {} off");
    demand_link("up", 60s);
    tell_of_a_pass_and_demand_it();
    end();
}

TEST_F(EveryMake, MayTalkRubbish)
{
    begin();
    order("garbage {}");
    order("emit {} pass {pass}");
    (void)until([] { return false; }, 2s);
    tell_of_a_pass_and_demand_it(60s);
    end();
}

TEST_F(EveryMake, MayStopInTheMiddleOfAMessage)
{
    begin();
    order("truncate {}");
    order("emit {} pass {pass}");
    (void)until([] { return false; }, 2s);
    tell_of_a_pass_and_demand_it(60s);
    end();
}

TEST_F(EveryMake, ComesBackAfterARestart)
{
    begin();
    order("reboot {} 3s");
    (void)until([] { return false; }, 4s);
    demand_link("up", 60s);
    tell_of_a_pass_and_demand_it();
    end();
}

TEST_F(EveryMake, MayBelieveThatItIs1970)
{
    begin();
    order("clock_skew {} -490000h");
    tell_of_a_pass_and_demand_it();
    end();
}

TEST_F(EveryMake, MayCountItsRecordsAnew)
{
    begin();
    order("emit {} pass {pass} count=3");
    demand_delivery();
    order("reset_serials {}");
    counted_anew();
    order("emit {} pass {pass} count=3");
    demand_delivery();
    end();
}

TEST_F(EveryMake, MayWriteNamesInGb18030)
{
    begin();
    order("gb18030 {} on");
    tell_of_a_pass_and_demand_it();
    demand(
        "its text can be read",
        [this](const Make& make) {
            constexpr std::string_view replacement = "\uFFFD";
            for (const auto& delivery : centre.deliveries())
                if (delivery.source == make.protocol && delivery.data.find(make.pass) != std::string::npos)
                    return delivery.data.find(replacement) == std::string::npos;
            return false;
        },
        5s);
    end();
}

TEST_F(EveryMake, MayTellEverythingTwice)
{
    begin();
    order("duplicate {} on");
    order("emit {} pass {pass} count=3");
    demand_delivery();
    end();
}

TEST_F(EveryMake, RefusesAnOrderAndItIsSaid)
{
    begin();
    only_with_metal();
    order("command {} refuse");
    open_all();
    demand_outcome({"failed", "rejected", "refused"}, 0);
    end();
}

TEST_F(EveryMake, NeverGetsAnOrderTwiceWhenItDoesNotAnswer)
{
    begin();
    only_with_metal();
    order("command {} silent");
    open_all();
    demand_outcome({"unknown", "failed", "expired", "done"}, 1);
    end();
}

TEST_F(EveryMake, NeverGetsAnOrderTwiceWhenItAnswersLate)
{
    begin();
    only_with_metal();
    order("command {} late");
    open_all();
    demand_outcome({"done", "unknown", "failed"}, 1);
    end();
}

TEST_F(EveryMake, OpensOnAnOrder)
{
    begin();
    only_with_metal();
    open_all();
    demand_outcome({"done", "unknown"}, 1);
    demand(
        "it moved once", [this](const Make& make) { return moves(make) == before_[&make] + 1; }, 2s);
    end();
}

TEST_F(EveryMake, IsSeenToOpen)
{
    begin();
    only_with_metal();
    open_all();
    demand_outcome({"done"}, 1);
    end();
}

TEST_F(EveryMake, HandsOverAThousandMissedRecords)
{
    begin();
    only([](const Make& make) { return make.keyed; }, "keeps no records");
    tell_of_a_pass_and_demand_it();
    order("cut {} on");
    demand_no_link(60s);
    order("emit {} pass {pass} count=1000");
    order("cut {} off");
    demand_delivery(180s);
    end();
}

TEST_F(EveryMake, HasItsClockMeasured)
{
    begin();
    order("clock_skew {} 120s");
    order("reboot {} 500ms");
    (void)until([] { return false; }, 2s);
    demand_link("up", 60s);
    order("emit {} pass {pass}");
    demand(
        "its clock's offset is known",
        [this](const Make& make) {
            const auto shown = device(make);
            if (!shown.is_object()) return false;
            const auto* offset = shown.as_object().if_contains("clock_offset_ms");
            if (offset == nullptr || !offset->is_number()) return false;
            const auto ms = offset->to_number<double>();
            return std::abs(ms - 120'000) < 5'000;
        },
        60s);
    end();
}

TEST_F(EveryMake, HoldsTheListsOfTheGateway)
{
    begin();
    only([](const Make& make) { return !make.lists.empty(); }, "keeps no lists");
    const auto csv = scratch.file("list.csv");
    std::ofstream(csv) << "plate,person,card,name\n"
                          "沪A12345,,,甲\n沪ADF1234,,,乙\n,1001,,丙\n,1002,,丁\n,,7654321,戊\n,,1234567,己\n";
    ASSERT_EQ(gateway.cli({"list", "import", csv}).code, 0);
    demand(
        "its lists are in step",
        [this](const Make& make) {
            return gateway.cli({"list", "sync", "--device", std::string(make.protocol)}).code == 0;
        },
        60s);
    end();
}

} // namespace
} // namespace gatehouse::proof
