#pragma once
#include "protocols/webhook/config.hpp"

namespace gatehouse::webhook {

// One receiver of signed posts, a machine. io thread only.
class WebhookChannel final : public notify::Channel {
public:
    WebhookChannel(Config config, const notify::ChannelContext& context);
    [[nodiscard]] const notify::Manner& manner() const override { return manner_; }
    asio::awaitable<notify::Verdict> send(notify::Notification notification) override;

private:
    Config config_;
    notify::Manner manner_;
    base::Clock& clock_;
    model::Names names_;
    net::PostBox box_;
};

} // namespace gatehouse::webhook
