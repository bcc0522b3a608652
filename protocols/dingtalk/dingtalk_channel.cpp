#include "protocols/dingtalk/dingtalk_channel.hpp"

#include "protocols/dingtalk/messages.hpp"
#include "protocols/net/robot.hpp"

namespace gatehouse::dingtalk {
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

DingTalkChannel::DingTalkChannel(Config config, const notify::ChannelContext& context)
    : config_(std::move(config)), clock_(context.clock),
      box_(context.connector, context.clock, context.random, box_options(config_))
{
    // The robot takes 20 a minute; one more costs ten minutes of silence.
    manner_.rates = {{18, 60s}};
    manner_.retries = {5s, 30s, 120s};
    manner_.jitter = 0.2;
}

asio::awaitable<notify::Verdict> DingTalkChannel::send(notify::Notification notification)
{
    const auto body = body_of(notification, config_.keyword);
    // The second time only with the peer's own time, when ours explains a refusal.
    for (bool again = false;; again = true) {
        const auto posted = co_await post(body);
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

asio::awaitable<net::Posted> DingTalkChannel::post(const std::string& body)
{
    std::string query;
    if (!config_.secret.empty()) query = signed_query(config_.secret, peer_clock_.time(clock_.wall()));
    auto document = body;
    std::string type = "application/json;charset=utf-8";
    net::HttpHeaders none;
    co_return co_await box_.post(std::move(document), std::move(type), std::move(none), std::move(query));
}

} // namespace gatehouse::dingtalk
