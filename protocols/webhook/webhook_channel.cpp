#include "protocols/webhook/webhook_channel.hpp"

#include "protocols/webhook/messages.hpp"

namespace gatehouse::webhook {
namespace {

using Fate = net::Posted::Fate;
using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

net::PostBoxOptions box_options(const Config& config)
{
    net::PostBoxOptions options;
    options.address = config.address;
    options.timeout = 20s;
    options.answer_max = 4096;
    return options;
}

} // namespace

WebhookChannel::WebhookChannel(Config config, const notify::ChannelContext& context)
    : config_(std::move(config)), clock_(context.clock), names_(context.names),
      box_(context.connector, context.clock, context.random, box_options(config_))
{
    manner_.rates = {{10, 1s}}; // ours: a receiver names none
    manner_.retries = {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    manner_.jitter = 0.2;
    manner_.digests = false;
}

asio::awaitable<notify::Verdict> WebhookChannel::send(notify::Notification notification)
{
    auto body = body_of(notification, names_);
    const auto now =
        std::chrono::floor<std::chrono::seconds>(clock_.wall()).time_since_epoch().count(); // of this attempt
    net::HttpHeaders headers;
    headers.add("webhook-id", notification.id);
    headers.add("webhook-timestamp", std::to_string(now));
    headers.add("webhook-signature", signatures(config_.keys, notification.id, now, body));
    std::string type = "application/json";
    std::string no_query;
    const auto posted =
        co_await box_.post(std::move(body), std::move(type), std::move(headers), std::move(no_query));
    if (posted.fate == Fate::not_sent) co_return notify::Verdict{Kind::unreachable, posted.why};
    // It knows a repeat by its id, so there is no harm in as many tries as the schedule has.
    if (posted.fate == Fate::maybe_sent) co_return notify::Verdict{Kind::retry, posted.why};
    co_return judge(posted, clock_.wall());
}

} // namespace gatehouse::webhook
