#include "protocols/smtp/conversation.hpp"

#include "gateway/base/timeout.hpp"
#include "protocols/wire/base64.hpp"

#include <array>

namespace gatehouse::smtp {
namespace {

using Kind = notify::Verdict::Kind;
using base::Errc;
using namespace std::chrono_literals;

constexpr auto connect_limit = 5s;

// The server's words may hold addresses: its code alone goes into a reason.
notify::Verdict refused(const char* what, const Reply& reply, Kind for_good)
{
    const auto told = std::string(what) + ": the server says " + std::to_string(reply.code);
    return {reply.is_for_now() ? Kind::retry : for_good, told};
}

notify::Verdict not_sent(base::error_code why)
{
    return {Kind::unreachable, why.message()};
}

} // namespace

asio::awaitable<notify::Verdict> Conversation::deliver(std::string message, std::set<std::string>& to)
{
    auto end = co_await connect();
    if (!end) end = co_await greet();
    if (!end && !config_.target.tls) end = co_await secure();
    if (!end && !config_.username.empty()) end = co_await log_in();
    if (!end) end = co_await name_recipients(to);
    if (end) co_return *end;
    auto verdict = co_await hand_over(std::move(message), to);
    std::string farewell = "QUIT";
    // Whatever it says: the message is handed over or it is not.
    if (verdict.kind != Kind::maybe) static_cast<void>(co_await ask(std::move(farewell)));
    co_return verdict;
}

asio::awaitable<Conversation::End> Conversation::connect()
{
    base::Target target = config_.target;
    auto connecting = connector_.connect(std::move(target));
    auto connected = co_await base::with_timeout(clock_, connect_limit, std::move(connecting));
    if (!connected) co_return not_sent(connected.error());
    stream_ = std::move(*connected);
    const auto welcome = co_await read();
    if (!welcome) co_return not_sent(welcome.error());
    if (!welcome->is_good()) co_return refused("welcome", *welcome, Kind::retry);
    co_return std::nullopt;
}

asio::awaitable<Conversation::End> Conversation::greet()
{
    std::string hello = "EHLO " + our_name_;
    const auto answer = co_await ask(std::move(hello));
    if (!answer) co_return not_sent(answer.error());
    if (!answer->is_good()) co_return refused("EHLO", *answer, Kind::stopped);
    abilities_ = read_abilities(*answer);
    co_return std::nullopt;
}

// Nothing is said in clear text but that it is to end; what the server said before is forgotten (RFC 3207
// §4.2).
asio::awaitable<Conversation::End> Conversation::secure()
{
    if (!abilities_.starttls)
        co_return notify::Verdict{Kind::stopped,
                                  "the server offers no STARTTLS, and nothing is sent in clear text"};
    std::string start = "STARTTLS";
    const auto answer = co_await ask(std::move(start));
    if (!answer) co_return not_sent(answer.error());
    if (!answer->is_good()) co_return refused("STARTTLS", *answer, Kind::stopped);
    // Words before the handshake are somebody else's.
    if (!pending_.empty())
        co_return notify::Verdict{Kind::stopped, "clear text follows the answer to STARTTLS"};
    base::Target target = config_.target;
    target.tls = true;
    auto starting = connector_.start_tls(std::move(stream_), std::move(target));
    auto secured = co_await base::with_timeout(clock_, connect_limit, std::move(starting));
    if (!secured) co_return not_sent(secured.error());
    stream_ = std::move(*secured);
    co_return co_await greet();
}

asio::awaitable<Conversation::End> Conversation::log_in()
{
    const auto& name = config_.username;
    const auto& password = config_.password.expose();
    std::array<std::string, 3> lines; // "334" between them
    if (abilities_.auth_plain) {
        lines[0] =
            "AUTH PLAIN " + wire::to_base64(std::string(1, '\0') + name + std::string(1, '\0') + password);
    } else if (abilities_.auth_login) {
        lines[0] = "AUTH LOGIN";
        lines[1] = wire::to_base64(name);
        lines[2] = wire::to_base64(password);
    } else {
        co_return notify::Verdict{Kind::stopped, "the server takes no password in a way that we know"};
    }
    base::Result<Reply> answer = Errc::failed;
    for (auto& line : lines) {
        if (line.empty()) break;
        answer = co_await ask(std::move(line));
        if (!answer) co_return not_sent(answer.error());
        if (answer->code != 334) break;
    }
    if (!answer->is_good()) co_return refused("log-in", *answer, Kind::stopped);
    co_return std::nullopt;
}

// Each recipient has a verdict of his own.
asio::awaitable<Conversation::End> Conversation::name_recipients(std::set<std::string>& to)
{
    std::string from = "MAIL FROM:<" + config_.envelope.from + ">";
    const auto sender = co_await ask(std::move(from));
    if (!sender) co_return not_sent(sender.error());
    if (!sender->is_good()) co_return refused("sender", *sender, Kind::stopped);
    std::optional<Reply> last;
    const auto wanted = to;
    for (const auto& address : wanted) {
        std::string line = "RCPT TO:<" + address + ">";
        const auto answer = co_await ask(std::move(line));
        if (!answer) co_return not_sent(answer.error());
        if (answer->is_good()) {
            taken_.insert(address);
            continue;
        }
        last = *answer;
        if (answer->is_for_now()) continue;
        to.erase(address);
        refusal_ = "a recipient is refused for good: the server says " + std::to_string(answer->code);
    }
    if (!taken_.empty()) co_return std::nullopt;
    // Nobody now: later, if the server said so of anybody.
    if (to.empty()) co_return notify::Verdict{Kind::refused, refusal_};
    co_return refused("recipients", *last, Kind::retry);
}

asio::awaitable<notify::Verdict> Conversation::hand_over(std::string message, std::set<std::string>& to)
{
    std::string begin = "DATA";
    const auto ready = co_await ask(std::move(begin));
    if (!ready) co_return not_sent(ready.error());
    if (ready->code != 354) co_return refused("DATA", *ready, Kind::refused);
    handed_over_ = true;
    message += "."; // the line that ends it
    const auto answer = co_await ask(std::move(message));
    if (!answer) co_return notify::Verdict{Kind::maybe, answer.error().message()};
    if (!answer->is_good()) co_return refused("message", *answer, Kind::refused);
    for (const auto& address : taken_)
        to.erase(address);
    if (!to.empty()) co_return notify::Verdict{Kind::retry, "the server puts some recipients off"};
    co_return notify::Verdict{Kind::sent, refusal_};
}

asio::awaitable<base::Result<Reply>> Conversation::ask(std::string line)
{
    line += "\r\n";
    const auto written = co_await stream_->write(std::as_bytes(std::span(line)));
    if (!written) co_return written.error();
    co_return co_await read();
}

asio::awaitable<base::Result<Reply>> Conversation::read()
{
    std::vector<std::byte> chunk(4096);
    for (;;) {
        auto step = parse_reply(pending_);
        if (step.broken) co_return Errc::bad_input;
        pending_.erase(0, step.consumed);
        if (step.reply) co_return std::move(*step.reply);
        const auto size = co_await stream_->read_some(chunk);
        if (!size) co_return size.error();
        pending_.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
}

} // namespace gatehouse::smtp
