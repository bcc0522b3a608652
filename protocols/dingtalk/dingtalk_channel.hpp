#pragma once
#include "protocols/dingtalk/config.hpp"
#include "protocols/net/peer_clock.hpp"

namespace gatehouse::dingtalk {

// One custom robot of a DingTalk group. io thread only.
class DingTalkChannel final : public notify::Channel {
public:
    DingTalkChannel(Config config, const notify::ChannelContext& context);
    [[nodiscard]] const notify::Manner& manner() const override { return manner_; }
    asio::awaitable<notify::Verdict> send(notify::Notification notification) override;

private:
    asio::awaitable<net::Posted> post(const std::string& body);

    Config config_;
    notify::Manner manner_;
    base::Clock& clock_;
    net::PostBox box_;
    net::PeerClock peer_clock_;
};

} // namespace gatehouse::dingtalk
