#pragma once
#include "protocols/wecom/config.hpp"

namespace gatehouse::wecom {

// One group robot of WeCom. io thread only.
class WeComChannel final : public notify::Channel {
public:
    WeComChannel(Config config, const notify::ChannelContext& context);
    [[nodiscard]] const notify::Manner& manner() const override { return manner_; }
    asio::awaitable<notify::Verdict> send(notify::Notification notification) override;

private:
    notify::Manner manner_;
    net::PostBox box_;
};

} // namespace gatehouse::wecom
