#include "tests/process/world.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace gatehouse::proof {
namespace {

class StatusTruth : public World {
protected:
    static std::vector<DevicePlan> fifty()
    {
        std::vector<DevicePlan> plans;
        for (int n = 0; n < 50; ++n)
            plans.push_back({fmt::format("dev-{}", n), n % 2 == 0 ? "face" : "plate", n % 4 == 1, 1, "",
                             "silence_max = \"5s\"\nrequest_max = \"2s\"\n"});
        return plans;
    }
    static std::vector<std::string> reasons(const boost::json::value& status)
    {
        std::vector<std::string> out;
        if (!status.is_object() || !status.as_object().contains("reasons")) return {"no status"};
        for (const auto& reason : status.at("reasons").as_array())
            out.emplace_back(reason.as_string());
        return out;
    }
    bool only_reason_begins(const std::string& start, Milliseconds limit)
    {
        return until(
            [&] {
                last_ = reasons(gateway.status());
                return last_.size() == 1 && last_[0].starts_with(start);
            },
            limit);
    }
    bool no_reason(Milliseconds limit)
    {
        return until([&] { return (last_ = reasons(gateway.status())).empty(); }, limit);
    }
    [[nodiscard]] std::string said() const
    {
        std::string text;
        for (const auto& reason : last_)
            text += reason + "\n";
        return text;
    }

    std::vector<std::string> last_;
};

TEST_F(StatusTruth, EachStageIsToldAsItIs)
{
    plan(fifty());
    ASSERT_NO_FATAL_FAILURE(start());
    EXPECT_TRUE(no_reason(30s)) << said();
    const auto healthy = gateway.status();
    EXPECT_EQ(gateway.cli({"status"}).code, 0);
    EXPECT_EQ(healthy.at("verdict").as_string(), "healthy");

    broker.stop();
    EXPECT_TRUE(only_reason_begins("upstream centre is down", 20s)) << said();
    EXPECT_TRUE(until([&] { return backlog(gateway.status()) > 20; }, 10s));
    EXPECT_EQ(gateway.cli({"status"}).code, 1);

    broker.start();
    EXPECT_TRUE(no_reason(60s)) << said();
    EXPECT_TRUE(until([&] { return backlog(gateway.status()) <= 1; }, 30s));

    ASSERT_EQ(estate->tell("half_open dev-8 on"), "ok");
    EXPECT_TRUE(only_reason_begins("device dev-8 is ", 40s)) << said();
    EXPECT_EQ(gateway.cli({"status"}).code, 1);
    ASSERT_EQ(estate->tell("half_open dev-8 off"), "ok");
    EXPECT_TRUE(no_reason(60s)) << said();

    settle_and_prove();
    gateway.kill();
    EXPECT_EQ(gateway.cli({"status"}).code, 2);
}

} // namespace
} // namespace gatehouse::proof
