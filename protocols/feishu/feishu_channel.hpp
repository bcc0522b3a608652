#pragma once
#include "protocols/feishu/config.hpp"
#include "protocols/net/peer_clock.hpp"

namespace gatehouse::feishu {

// One custom bot of a Feishu or Lark group. io thread only.
class FeishuChannel final : public notify::Channel {
public:
    FeishuChannel(Config config, const notify::ChannelContext& context);
    [[nodiscard]] const notify::Manner& manner() const override { return manner_; }
    asio::awaitable<notify::Verdict> send(notify::Notification notification) override;

private:
    Config config_;
    notify::Manner manner_;
    base::Clock& clock_;
    net::PostBox box_;
    net::PeerClock peer_clock_;
};

} // namespace gatehouse::feishu
