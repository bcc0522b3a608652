#pragma once
#include "protocols/facepush/session.hpp"
#include "protocols/facepush/uface_messages.hpp"
#include "protocols/net/auth_guard.hpp"
#include "protocols/net/http_client.hpp"

#include <list>
#include <memory>
#include <string>

namespace gatehouse::facepush {

// What became of one request.
struct Answer {
    base::error_code error; // no answer, and why
    Said said;
    [[nodiscard]] bool ok() const { return !error && said.verdict == Verdict::done; }
    // It certainly did not reach the terminal.
    [[nodiscard]] bool never_sent() const;
    [[nodiscard]] bool wrong_password() const;
    [[nodiscard]] std::string why() const; // one plain sentence
};

// How a client speaks to a terminal that asks for no password.
[[nodiscard]] net::HttpClientOptions client_options(const Config& config);

// The way to a terminal of family A: a request to its port, or an order left for it to fetch (sheet A2,
// "reverse mode"). Nothing is sent twice. After a refused password it is silent for 1, 15 and 30 minutes.
class Terminal {
public:
    explicit Terminal(Session& session);

    asio::awaitable<Answer> ask(Call call);
    // A snapshot that a callback names. Only from the terminal's own address and port.
    asio::awaitable<std::string> picture(std::string url);
    // Whether this URL is on the terminal; then its path.
    [[nodiscard]] std::string path_on_terminal(const std::string& url) const;
    [[nodiscard]] const std::string& peer() const { return http_.peer(); }

    // ---- reverse ----
    // The terminal asks for its next order. One is out at a time, and each goes out once.
    [[nodiscard]] std::string next_task();
    // It tells what became of one. False: nobody waits for it.
    bool task_done(const Fields& fields);

private:
    struct Task {
        explicit Task(const asio::any_io_executor& executor) : changed(executor) {}
        std::string number;
        Call call;
        std::optional<base::MonoTime> fetched_at;
        std::optional<Said> said;
        base::Wakeup changed;
    };
    using TaskPtr = std::shared_ptr<Task>;
    class Place;

    asio::awaitable<Answer> over_http(Call call);
    asio::awaitable<Answer> by_task(Call call);

    Session& session_;
    net::HttpClient http_;
    net::AuthGuard guard_;
    std::list<TaskPtr> tasks_; // bounded
    std::uint64_t last_task_ = 0;
};

} // namespace gatehouse::facepush
