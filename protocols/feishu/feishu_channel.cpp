#include "protocols/feishu/feishu_channel.hpp"

#include "protocols/feishu/messages.hpp"
#include "protocols/net/robot.hpp"

namespace gatehouse::feishu {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

net::PostBoxOptions box_options(const Config& config)
{
    net::PostBoxOptions options;
    options.address = config.address;
    return options;
}

} // namespace

FeishuChannel::FeishuChannel(Config config, const notify::ChannelContext& context)
    : config_(std::move(config)), clock_(context.clock),
      box_(context.connector, context.clock, context.random, box_options(config_))
{
    manner_.rates = {{90, 60s}, {4, 1s}}; // of 100 and 5
    manner_.retries = {5s, 30s, 120s};
    manner_.jitter = 0.2;
}

asio::awaitable<notify::Verdict> FeishuChannel::send(notify::Notification notification)
{
    // The second time only with the peer's own time, when ours explains a refusal.
    for (bool again = false;; again = true) {
        const auto at = peer_clock_.time(clock_.wall());
        auto body = body_of(notification, config_.keyword, config_.secret, at);
        std::string type = "application/json; charset=utf-8";
        net::HttpHeaders none;
        std::string no_query;
        const auto posted =
            co_await box_.post(std::move(body), std::move(type), std::move(none), std::move(no_query));
        if (const auto lost = net::lost_verdict(posted)) co_return *lost;
        auto answer = judge(posted.status, posted.body);
        if (answer.untimely && !again && peer_clock_.learn(posted.headers, clock_.wall())) continue;
        if (answer.verdict.kind == Kind::sent) {
            peer_clock_.look_again(posted.headers, clock_.wall());
            answer.verdict.reason = peer_clock_.complaint();
        }
        co_return answer.verdict;
    }
}

} // namespace gatehouse::feishu
