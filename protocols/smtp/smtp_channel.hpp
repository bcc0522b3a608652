#pragma once
#include "protocols/smtp/config.hpp"

#include <deque>
#include <set>
#include <string>
#include <utility>

namespace gatehouse::smtp {

// Mails to a fixed list of people through one server. io thread only.
class SmtpChannel final : public notify::Channel {
public:
    SmtpChannel(Config config, const notify::ChannelContext& context);
    [[nodiscard]] const notify::Manner& manner() const override { return manner_; }
    asio::awaitable<notify::Verdict> send(notify::Notification notification) override;

private:
    std::set<std::string>& recipients_of(const std::string& id);

    Config config_;
    notify::Manner manner_;
    base::Clock& clock_;
    base::Connector& connector_;
    model::Names names_;
    // Who is still to have a message that was put off; bounded: of the newest ones.
    std::deque<std::pair<std::string, std::set<std::string>>> put_off_;
};

} // namespace gatehouse::smtp
