#include "protocols/wecom/wecom_channel.hpp"

#include "protocols/net/robot.hpp"
#include "protocols/wecom/messages.hpp"

namespace gatehouse::wecom {
namespace {

using namespace std::chrono_literals;

net::PostBoxOptions box_options(Config config)
{
    net::PostBoxOptions options;
    options.address = std::move(config.address);
    return options;
}

} // namespace

WeComChannel::WeComChannel(Config config, const notify::ChannelContext& context)
    : box_(context.connector, context.clock, context.random, box_options(std::move(config)))
{
    manner_.rates = {{18, 60s}}; // of 20
    manner_.retries = {5s, 30s, 120s};
    manner_.jitter = 0.2;
}

asio::awaitable<notify::Verdict> WeComChannel::send(notify::Notification notification)
{
    auto body = body_of(notification);
    std::string type = "application/json";
    net::HttpHeaders none;
    std::string no_query;
    const auto posted =
        co_await box_.post(std::move(body), std::move(type), std::move(none), std::move(no_query));
    if (const auto lost = net::lost_verdict(posted)) co_return *lost;
    co_return judge(posted.status, posted.body);
}

} // namespace gatehouse::wecom
