#pragma once
#include "protocols/smtp/config.hpp"
#include "protocols/smtp/reply.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace gatehouse::smtp {

// One connection to a mail server and one message over it (RFC 5321, 3207, 4954, 8314). What it has come to
// outlives a time limit that ends it. Used by SmtpChannel. io thread only.
class Conversation {
public:
    Conversation(base::Connector& connector, base::Clock& clock, const Config& config, std::string our_name)
        : connector_(connector), clock_(clock), config_(config), our_name_(std::move(our_name))
    {
    }

    // Hands the message over for those in `to`; who has it, or is refused for good, is taken out of it.
    // `message` is dot-stuffed and ends its last line.
    asio::awaitable<notify::Verdict> deliver(std::string message, std::set<std::string>& to);

    // Whether the server may have all of the message: a connection lost then leaves open what became of it.
    [[nodiscard]] bool handed_over() const { return handed_over_; }

private:
    // A step's verdict ends the conversation; without one it goes on.
    using End = std::optional<notify::Verdict>;
    asio::awaitable<End> connect();
    asio::awaitable<End> greet();
    asio::awaitable<End> secure();
    asio::awaitable<End> log_in();
    asio::awaitable<End> name_recipients(std::set<std::string>& to);
    asio::awaitable<notify::Verdict> hand_over(std::string message, std::set<std::string>& to);
    asio::awaitable<base::Result<Reply>> ask(std::string line);
    asio::awaitable<base::Result<Reply>> read();

    base::Connector& connector_;
    base::Clock& clock_;
    const Config& config_;
    std::string our_name_;
    std::unique_ptr<base::ByteStream> stream_;
    std::string pending_; // received, not yet looked at
    Abilities abilities_;
    std::set<std::string> taken_; // recipients of this conversation
    std::string refusal_;         // of a recipient, for good
    bool handed_over_ = false;
};

} // namespace gatehouse::smtp
