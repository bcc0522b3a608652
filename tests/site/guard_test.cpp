#include "tests/site/site.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace gatehouse::site {
namespace {

// What the guard's screens ask of a whole gateway.
class Guard : public testing::Test {
protected:
    Guard() { site.start(); }
    ~Guard() override { site.stop(); }

    api::Response get(std::string path)
    {
        api::Request request;
        request.method = "GET";
        request.path = std::move(path);
        return site.ask(std::move(request));
    }
    boost::json::object told(std::string path)
    {
        const auto response = get(std::move(path));
        EXPECT_EQ(response.status, 200u) << response.body;
        return boost::json::parse(response.body).as_object();
    }
    // A camera that gives a picture when it is asked for one.
    void give_pictures(std::string bytes)
    {
        site.scripted.on_order = [this, bytes](model::Command order) {
            return take_picture(std::move(order), bytes);
        };
    }
    asio::awaitable<model::Outcome> take_picture(model::Command order, std::string bytes)
    {
        model::Event event;
        event.device_key = "snapshot/" + order.id;
        event.occurred_at = event.received_at = site.clock.wall();
        event.body = model::Detection{"snapshot", "", 1, 0, true};
        model::Picture picture;
        picture.kind = "scene";
        picture.bytes = std::make_shared<const std::string>(std::move(bytes));
        event.pictures.push_back(std::move(picture));
        site.scripted.waiting.push_back(std::move(event));
        site.scripted.happened.notify();
        while (!site.scripted.waiting.empty())
            co_await asio::post(site.io, asio::use_awaitable);
        model::Outcome outcome;
        outcome.status = model::Status::confirmed;
        co_return outcome;
    }

    Site site;
};

TEST_F(Guard, SeesTheLastPassageOfALaneAndNoPositionThatNobodyHasConfirmed)
{
    site.car("u1", Site::listed_plate);
    site.pass(20s);
    const auto lanes = told("/api/v1/lanes/live").at("lanes").as_array();
    const auto& lane = lanes.at(0).as_object();
    EXPECT_EQ(lane.at("last").at("plate").at("text"), Site::listed_plate);
    EXPECT_EQ(lane.at("last").at("decision").at("result"), "open");
    EXPECT_EQ(lane.at("barrier").at("position"), "unknown") << "this barrier has no feedback";
    EXPECT_EQ(lane.at("readers").as_array().at(0).at("link"), "up");
}

TEST_F(Guard, SeesWhatACameraSeesNowAndTheViewIsRecorded)
{
    give_pictures("\xFF\xD8 now");
    const auto picture = get("/api/v1/devices/probe-1/snapshot?operator=zhang");
    EXPECT_EQ(picture.status, 200u) << picture.body;
    EXPECT_EQ(picture.body, "\xFF\xD8 now");
    EXPECT_EQ(picture.content_type, "image/jpeg");
    EXPECT_EQ(get("/api/v1/devices/none/snapshot?operator=zhang").status, 404u);
    site.scripted.on_order = [](model::Command) -> asio::awaitable<model::Outcome> {
        model::Outcome outcome;
        outcome.status = model::Status::accepted;
        co_return outcome;
    };
    EXPECT_EQ(get("/api/v1/devices/probe-1/snapshot?operator=zhang").status, 501u) << "it only tells later";
    const auto audit = told("/api/v1/audit?action=picture-view").at("rows").as_array();
    EXPECT_EQ(audit.size(), 3u);
}

TEST_F(Guard, ReadsWhatHappenedInTheShift)
{
    model::Command order;
    order.id = "01OPEN";
    order.origin = "api";
    order.action = model::Action::barrier_open;
    order.lane = "east-in";
    order.operator_name = "zhang";
    order.reason = "visitor";
    order.issued_at = site.clock.wall();
    order.expires = order.issued_at + 20s;
    (void)site.order(std::move(order)); // how it ended is in the report
    site.pass(5s);
    const auto shift = told("/api/v1/shift");
    const auto opened = shift.at("opened_by_hand").as_array();
    ASSERT_EQ(opened.size(), 1u);
    EXPECT_EQ(opened.at(0).at("operator"), "zhang");
    EXPECT_EQ(opened.at(0).at("reason"), "visitor");
    EXPECT_TRUE(shift.at("handover").is_null());
    EXPECT_EQ(told("/api/v1/shift?since=2099-01-01T00:00:00Z").at("opened_by_hand").as_array().size(), 0u);
}

TEST_F(Guard, ReadsForHowMuchOfAMonthADeviceWasOnLine)
{
    site.pass(60min);
    const auto devices = told("/api/v1/devices/uptime").at("devices").as_array();
    ASSERT_EQ(devices.size(), 3u);
    EXPECT_EQ(devices.at(0).at("id"), "lpr-in");
    EXPECT_GE(devices.at(0).at("up_s").to_number<std::int64_t>(), 3500);
    EXPECT_LE(devices.at(0).at("up_s").to_number<std::int64_t>(),
              devices.at(0).at("planned_s").to_number<std::int64_t>());
    EXPECT_LE(devices.at(0).at("planned_s").to_number<std::int64_t>(), 3700) << "from when it was set up";
    EXPECT_EQ(get("/api/v1/devices/uptime?month=x").status, 400u);
}

} // namespace
} // namespace gatehouse::site
