#include "gateway/health/registry.hpp"

#include <gmock/gmock.h>

namespace gatehouse::health {
namespace {

using testing::HasSubstr;
using testing::Not;

const base::WallTime started{std::chrono::milliseconds(1'767'225'600'500)};

TEST(Registry, GivesTheSameObjectForTheSameNameAndLabelsInAnyOrder)
{
    Registry registry(started);
    auto& first = registry.counter("gatehouse_x_total", "x", {{"device", "a"}, {"why", "b"}});
    auto& second = registry.counter("gatehouse_x_total", "x", {{"why", "b"}, {"device", "a"}});
    first.add(2);
    second.add();
    EXPECT_EQ(&first, &second);
    EXPECT_EQ(first.value(), 3u);
}

TEST(Registry, WritesThePrometheusTextFormat)
{
    Registry registry(started);
    registry.counter("gatehouse_x_total", "What x counts", {{"device", "lpr\"1"}}).add(7);
    registry.gauge("gatehouse_y_seconds", "What y is").set(1.5);
    const auto text = registry.text();
    EXPECT_THAT(text,
                HasSubstr("# HELP gatehouse_x_total What x counts\n# TYPE gatehouse_x_total counter\n"));
    EXPECT_THAT(text, HasSubstr("gatehouse_x_total{device=\"lpr\\\"1\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE gatehouse_y_seconds gauge\n"));
    EXPECT_THAT(text, HasSubstr("gatehouse_y_seconds 1.5\n"));
}

TEST(Registry, MeasuresTheProcess)
{
    Registry registry(started);
    const auto text = registry.text();
    EXPECT_THAT(text, HasSubstr("process_start_time_seconds 1767225600.5"));
    EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
    EXPECT_THAT(text, Not(HasSubstr("process_open_fds 0\n")));
}

TEST(Registry, GivesTheOverflowSeriesBeyondItsBoundAndCountsTheRefusals)
{
    Registry registry(started);
    const auto room = 3 + registry.series();
    Registry small(started, room);
    for (int i = 0; i < 10; ++i)
        small.counter("gatehouse_x_total", "x", {{"n", std::to_string(i)}}).add();
    EXPECT_EQ(small.series(), room);
    EXPECT_EQ(small.counter("gatehouse_metric_series_refused_total", "").value(), 7u);
    EXPECT_EQ(small.counter("gatehouse_metric_overflow_total", "").value(), 7u);
    EXPECT_EQ(small.counter("gatehouse_x_total", "x", {{"n", "0"}}).value(), 1u);
}

TEST(Registry, AnswersAForbiddenNameWithTheOverflowSeriesInsteadOfAnException)
{
    Registry registry(started);
    registry.counter("not a name", "x").add(4);
    registry.counter("gatehouse_x_total", "x").add();
    registry.gauge("gatehouse_x_total", "a gauge of a counter's name").set(1);
    EXPECT_EQ(registry.counter("gatehouse_metric_overflow_total", "").value(), 4u);
    EXPECT_EQ(registry.counter("gatehouse_metric_series_refused_total", "").value(), 2u);
}

} // namespace
} // namespace gatehouse::health
