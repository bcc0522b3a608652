#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/isapi/digest_guard.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"

#include <deque>
#include <map>

namespace gatehouse::sim::onvif {

struct DeviceConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    bool controller = false;
    std::string username; // empty: no log-in asked
    std::string password;
    std::string login = "token"; // token | digest | both
    std::string xaddr;           // host and port in the addresses that it tells; empty: the right ones
    std::string video; // host and port of an RTSP camera whose streams and snapshots it names as its own
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts; // cards to draw from
};

// What real devices get wrong (fact sheet sections 5, 8 and 9); set by "set DEVICE NAME VALUE".
struct Habits {
    Span token_window{0};        // how far Created may be off its clock; zero: never looked at
    Span granted{60'000};        // life of a subscription
    Span pull_delay{0};          // before each answer to a pull
    std::size_t slots = 5;       // subscriptions at once
    bool renew_fault = false;    // Renew is not known; pulls prolong instead
    bool pull_error = false;     // pulls are answered with 500 and no body
    bool strange_prefix = false; // topics with prefixes that nothing declares
    bool impatient = false;      // empty pulls are answered at once
    bool hollow = false;         // subscriptions are dead while their pulls are answered
    bool gb18030 = false;
};

// One notification that waits in a subscription.
struct Message {
    std::uint64_t record = 0; // 0: a state, told again
    std::string xml;
};

struct Property {
    std::string topic;
    std::string source; // SimpleItems
    std::string data;
};

// One simulated ONVIF device: a camera with inputs and relays, or a controller with two doors. No backlog:
// what nobody subscribed for is gone. io thread only.
class Device final : public Machine {
public:
    Device(const Ground& ground, DeviceConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override { return group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return server_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    struct Subscription {
        std::deque<Message> waiting;
        base::MonoTime until{};
    };
    struct Answer {
        Reply reply;
        bool none = false; // nothing is ever answered
        Span after{0};
        std::vector<std::uint64_t> records; // told by it
    };

    [[nodiscard]] base::WallTime now() const { return clock_.wall() + moods_.clock_skew; }

    // ---- connections ----
    asio::awaitable<void> serve(Connection connection);
    asio::awaitable<void> hung_up(Connection connection);
    asio::awaitable<bool> respond(Connection connection, const Request& request, const std::string& peer);
    void follow_network();
    asio::awaitable<void> restart(Span down);

    // ---- log-in ----
    [[nodiscard]] bool admits(const Request& request, const std::string& name, const std::string& peer);
    [[nodiscard]] bool token_right(const std::string& body) const;
    [[nodiscard]] Reply refusal();

    // ---- answers ----
    asio::awaitable<Answer> answer(Request request, std::string name, std::string peer);
    asio::awaitable<Answer> pull(std::string target, Span timeout, std::size_t limit);
    [[nodiscard]] Answer order(const Request& request, const std::string& name, const std::string& peer);
    void switch_relay(const std::string& token, bool on);
    asio::awaitable<void> fall_back(std::string token, bool relay);
    [[nodiscard]] std::string result_of(const Request& request, const std::string& name);
    [[nodiscard]] std::string events_of(const Request& request, const std::string& name);
    [[nodiscard]] std::string doors_of(const std::string& name, const std::string& token) const;
    [[nodiscard]] std::string subscribe();
    // Empty: no request of the media service.
    [[nodiscard]] std::string media_of(const std::string& name) const;
    [[nodiscard]] std::string services() const;
    [[nodiscard]] std::string address(const std::string& path) const;
    [[nodiscard]] std::string time_text() const;
    [[nodiscard]] std::string lifetime(const char* space, base::MonoTime until) const;

    // ---- events ----
    void happen(const std::string& type, const Property& what, const std::string& operation);
    void set(const std::string& type, const Property& what);
    void queue(const Message& message);
    [[nodiscard]] std::string message_of(const Property& what, const std::string& operation);
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string own_word(const std::string& word, const std::vector<std::string>& values);
    void pass(const std::string& text);
    void attempt(const std::string& topic, const std::string& text, const std::string& reason);

    DeviceConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    TcpServer server_;
    base::Wakeup news_;
    Moods moods_;
    Habits habits_;
    isapi::Switches login_switches_; // of the digest
    isapi::DigestGuard guard_;
    Counts seen_;
    std::map<std::string, Subscription> subscriptions_; // by number
    std::vector<Property> properties_;
    std::map<std::string, std::string> modes_{{"door_1", "Locked"}, {"door_2", "Locked"}};
    std::map<std::string, bool> relays_{{"relay_1", false}, {"relay_2", false}};
    std::size_t wrong_tokens_ = 0;
    std::size_t lock_after_ = 0; // wrong log-ins; 0: never
    std::uint64_t record_ = 0;
    base::WallTime told_at_{}; // true time of the last message
    int next_ = 1;
    bool down_ = false;
};

} // namespace gatehouse::sim::onvif
