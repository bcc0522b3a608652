#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// An ONVIF device over streams in memory, written from the fact sheet alone. It answers by itself; a test
// turns its switches, lets things happen, and looks at what it was asked.
class FakeOnvif final : public base::Connector {
public:
    struct Request {
        std::string target;
        std::string name; // element inside Body: PullMessages
        std::string head; // of HTTP
        std::string body;
        bool token = false;  // carries a UsernameToken
        bool digest = false; // answers a challenge of HTTP
    };

    FakeOnvif(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();
    void cut(); // closes every open connection

    // ---- switches ----
    bool present = true;
    std::string login = "token"; // token | digest | both | open
    std::string password = "secret";
    bool refuses_by_fault = false;        // instead of 401
    std::chrono::seconds token_window{0}; // how far Created may be off its clock; 0: never looked at
    bool time_needs_login = false;
    std::chrono::milliseconds clock_skew{0}; // its clock minus true time
    std::string clock_mode = "Manual";
    bool clock_settable = true;
    std::string serial = "C0001";
    std::string told_host = "10.9.9.9"; // in the addresses that it tells
    bool knows_services = true;         // else GetCapabilities alone
    bool has_doors = false;
    bool bistable = false;
    std::size_t slots = 3;
    std::chrono::seconds granted{60};
    bool wants_reference = false; // a subscription goes by its ReferenceParameters
    bool renews = true;
    bool pulls_prolong = false;
    bool tells_states_when_asked = true;
    bool subscription_dead = false; // pulls are answered, and bring nothing any more
    bool pulls_hang = false;        // pulls are not answered at all
    bool impatient = false;         // empty pulls are answered at once
    int pull_status = 200;          // otherwise: without a body
    bool loses_orders = false;      // does what it is told and does not answer
    bool refuses_orders = false;
    bool ignores_orders = false; // says OK and does nothing
    // Told of every request before it is answered.
    std::function<void(const Request&)> on_request;

    // ---- what happens at it ----
    // One message to every subscription. `operation` empty: momentary. Items as Name=Value.
    void tell(const std::string& topic, const std::string& operation, const std::vector<std::string>& source,
              const std::vector<std::string>& data);
    // A property that it tells to every new subscription; a change is told at once.
    void set_property(const std::string& topic, const std::vector<std::string>& source,
                      const std::vector<std::string>& data);
    void lose_subscriptions();

    // ---- what became of it ----
    std::vector<Request> requests;
    [[nodiscard]] std::size_t asked(const std::string& name) const;
    [[nodiscard]] const Request* last(const std::string& name) const;
    [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }
    int connections = 0;
    std::map<std::string, bool> relays{{"relay_a", false}, {"relay_b", false}};
    std::string door_mode = "Locked";

private:
    struct Property {
        std::string topic;
        std::vector<std::string> source;
        std::vector<std::string> data;
    };
    struct Subscription {
        std::deque<std::string> waiting;
        base::WallTime until{};
    };
    struct Reply {
        int status = 200;
        std::string body;
        std::string headers;
    };
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<bool> answer(StreamPtr stream, Request request);
    asio::awaitable<Reply> pull(Request request);
    [[nodiscard]] bool admits(const Request& request) const;
    [[nodiscard]] bool token_right(const Request& request) const;
    [[nodiscard]] Reply refusal(const Request& request);
    Reply reply_to(const Request& request);
    Reply device(const Request& request);
    Reply events(const Request& request);
    Reply doors(const Request& request);
    Reply subscribe();
    [[nodiscard]] std::string services() const;
    [[nodiscard]] std::string subscription_of(const Request& request) const;
    [[nodiscard]] std::string times(base::WallTime until) const;
    [[nodiscard]] std::string message(const Property& property, const std::string& operation) const;
    [[nodiscard]] base::WallTime now() const { return clock_.wall() + clock_skew; }
    [[nodiscard]] static Reply ok(const std::string& body);
    [[nodiscard]] static Reply fault(int status, const std::string& code, const std::string& reason);

    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Wakeup news_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    std::map<std::string, Subscription> subscriptions_; // by number
    std::vector<Property> properties_;
    int next_ = 1;
    int challenges_ = 0;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
