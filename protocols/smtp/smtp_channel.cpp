#include "protocols/smtp/smtp_channel.hpp"

#include "gateway/base/timeout.hpp"
#include "protocols/smtp/conversation.hpp"

#include <algorithm>

namespace gatehouse::smtp {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

constexpr auto limit = 30s; // of a conversation
constexpr std::size_t put_off_max = 64;

asio::awaitable<base::Result<notify::Verdict>> whole(Conversation& conversation, std::string message,
                                                     std::set<std::string>& to)
{
    co_return co_await conversation.deliver(std::move(message), to);
}

} // namespace

SmtpChannel::SmtpChannel(Config config, const notify::ChannelContext& context)
    : config_(std::move(config)), clock_(context.clock), connector_(context.connector), names_(context.names)
{
    manner_.rates = {{20, 60s}}; // ours: people read it
    manner_.retries = {5min, 30min, 2h, 8h};
}

asio::awaitable<notify::Verdict> SmtpChannel::send(notify::Notification notification)
{
    const auto text = mail(config_.envelope, notification, names_);
    if (!text) co_return notify::Verdict{Kind::refused, "a header would hold the end of a line"};
    auto message = dot_stuffed(*text);
    auto& to = recipients_of(notification.id);
    Conversation conversation(connector_, clock_, config_, names_.gateway + "." + names_.site);
    auto work = whole(conversation, std::move(message), to);
    const auto ended = co_await base::with_timeout(clock_, limit, std::move(work));
    notify::Verdict verdict{conversation.handed_over() ? Kind::maybe : Kind::unreachable,
                            "no answer in time"};
    if (ended) verdict = *ended;
    if (verdict.kind == Kind::sent || verdict.kind == Kind::refused)
        std::erase_if(put_off_, [&](const auto& other) { return other.first == notification.id; });
    co_return verdict;
}

std::set<std::string>& SmtpChannel::recipients_of(const std::string& id)
{
    const auto known =
        std::find_if(put_off_.begin(), put_off_.end(), [&](const auto& other) { return other.first == id; });
    if (known != put_off_.end()) return known->second;
    if (put_off_.size() >= put_off_max) put_off_.pop_front();
    const auto& all = config_.envelope.to;
    put_off_.emplace_back(id, std::set<std::string>(all.begin(), all.end()));
    return put_off_.back().second;
}

} // namespace gatehouse::smtp
