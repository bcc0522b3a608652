#pragma once
#include "gateway/notify/channel.hpp"
#include "tests/fakes/fake_web.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <ctime>

namespace gatehouse::fakes {

// "Date: …" with its line end.
inline std::string date_line(base::WallTime at)
{
    const auto now = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> line{};
    std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    return line.data();
}

// A staff channel of one protocol against a server in memory. A test sets how the server answers and makes
// the channel.
class ChannelFixture : public testing::Test {
protected:
    using Kind = notify::Verdict::Kind;

    ~ChannelFixture() override
    {
        tasks.cancel();
        settle();
    }
    void make(notify::MakeChannel maker, const std::string& keys)
    {
        config::Issues issues;
        auto table = config::Table::parse(keys, "test.toml", issues);
        notify::ChannelContext context{
            io.get_executor(),
            clock,
            random,
            web,
            {.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)}};
        channel = maker({}, std::move(table), std::move(context));
    }
    static std::string issues_of(void (*check)(const config::NotifyConfig&, config::Table&),
                                 const std::string& keys)
    {
        config::Issues issues;
        auto table = config::Table::parse(keys, "test.toml", issues);
        check({}, table);
        std::string all;
        for (const auto& issue : issues)
            all += config::to_string(issue) + "\n";
        return all;
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    // Nothing as long as the channel has no verdict.
    std::optional<notify::Verdict> send()
    {
        verdict.reset();
        tasks.spawn("send", keep(message));
        settle();
        return verdict;
    }
    static notify::Notification barrier_stuck()
    {
        notify::Notification made;
        made.id = "01KDVZ0000000000000000EVNT";
        made.alert_id = "01KDVZ0000000000000000TEST";
        made.kind = "barrier_left_open";
        made.device = "gate-1";
        made.mark = "告警";
        made.title = "1号门道闸未落杆";
        made.lines = {{"级别", "3"}, {"时间", "2026-01-01 08:05:30"}, {"编号", "01KDVZ"}};
        made.at = base::WallTime(std::chrono::milliseconds(1'767'225'600'000));
        return made;
    }

    asio::io_context io;
    ManualClock clock;
    base::Random random{1};
    std::function<FakeWeb::Response(const FakeWeb::Request&)> answer = [](const auto&) {
        return FakeWeb::Response{};
    };
    FakeWeb web{io.get_executor(), [this](const FakeWeb::Request& request) { return answer(request); }};
    base::TaskGroup tasks{io.get_executor()};
    std::unique_ptr<notify::Channel> channel;
    std::optional<notify::Verdict> verdict;
    notify::Notification message = barrier_stuck();

private:
    asio::awaitable<void> keep(notify::Notification sent)
    {
        verdict = co_await channel->send(std::move(sent));
    }
};

} // namespace gatehouse::fakes
