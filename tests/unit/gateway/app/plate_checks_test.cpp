#include "gateway/app/plate_checks.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/said_eyes.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using testing::HasSubstr;

class PlateChecksTest : public testing::Test {
protected:
    ~PlateChecksTest() override { settle(); }

    void settle()
    {
        io.restart();
        io.poll();
    }
    model::Event read(std::string text = "沪A12345")
    {
        model::Event event;
        event.device = "lpr-in";
        event.device_record = "77";
        model::VehiclePassage passage;
        passage.plate.text = std::move(text);
        event.body = std::move(passage);
        for (const auto* bytes : {"a cut", "the whole scene"}) {
            model::Picture picture;
            picture.kind = bytes;
            picture.bytes = std::make_shared<const std::string>(bytes);
            event.pictures.push_back(std::move(picture));
        }
        return event;
    }
    void answer(const std::string& result) { eyes.answer = vision::Answer{1, "", "", result, ""}; }
    std::uint64_t passed_over()
    {
        return metrics.counter("gatehouse_plate_checks_passed_over_total", "").value();
    }

    asio::io_context io;
    fakes::CountingMetrics metrics;
    fakes::SaidEyes eyes;
    std::vector<model::Event> events;
    PlateChecks checks{{.executor = io.get_executor(),
                        .eyes = eyes,
                        .metrics = metrics,
                        .sink_for = [this](const std::string&) -> device::EventSink {
                            return [this](model::Event event) -> asio::awaitable<base::Result<void>> {
                                events.push_back(std::move(event));
                                co_return base::Result<void>();
                            };
                        }}};
};

TEST_F(PlateChecksTest, ADifferenceIsAnEventOfTheDeviceWithThePictureThatShowsIt)
{
    answer(R"({"verdict":"differs","reason":"character","text":"沪A12346"})");
    checks.look_at(read());
    settle();
    ASSERT_EQ(eyes.asked.size(), 1U);
    EXPECT_EQ(eyes.asked[0].first, vision::Question::plate_check);
    EXPECT_THAT(eyes.asked[0].second, HasSubstr("沪A12345"));
    ASSERT_EQ(events.size(), 1U);
    const auto& told = std::get<model::DeviceHealth>(events[0].body);
    EXPECT_EQ(told.what, "plate_differs");
    EXPECT_FALSE(told.ok);
    EXPECT_EQ(told.detail, "device says 沪A12345, picture says 沪A12346");
    EXPECT_EQ(events[0].device_record, "77");
    ASSERT_EQ(events[0].pictures.size(), 1U);
    EXPECT_EQ(events[0].pictures[0].kind, "the whole scene");
}

TEST_F(PlateChecksTest, WhatIsTheSameOrCannotBeReadTellsNothing)
{
    for (const auto* verdict : {R"({"verdict":"same"})", R"({"verdict":"not_readable"})"}) {
        answer(verdict);
        checks.look_at(read());
        settle();
    }
    EXPECT_TRUE(events.empty());
    EXPECT_EQ(metrics.counter("gatehouse_plate_checks_total", "").value(), 2U);
}

TEST_F(PlateChecksTest, WithoutATextAPictureOrANowThereIsNothingToCompare)
{
    auto old = read();
    old.history = true;
    auto blind = read();
    blind.pictures.clear();
    for (const auto& event : {read(""), old, blind})
        checks.look_at(event);
    settle();
    EXPECT_TRUE(eyes.asked.empty());
}

TEST_F(PlateChecksTest, WhatComesWhileTwoAreLookedAtIsPassedOver)
{
    answer(R"({"verdict":"same"})");
    for (int times = 0; times < 5; ++times)
        checks.look_at(read());
    settle();
    EXPECT_EQ(eyes.asked.size(), 2U);
    EXPECT_EQ(passed_over(), 3U);
}

TEST_F(PlateChecksTest, AWorkerThatIsAwayIsCounted)
{
    checks.look_at(read());
    settle();
    EXPECT_EQ(passed_over(), 1U);
}

} // namespace
} // namespace gatehouse::app
