#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"
#include "protocols/webhook-in/config.hpp"
#include "protocols/webhook-in/recorder.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::webhook_in {

// What the posts of one device have in common: the way to the journal, the clock, the state of the link, and
// what status() and the self-test show. io thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // A post that is the device's own came in; `sent` by its own clock, when it says so.
    asio::awaitable<void> heard();
    asio::awaitable<void> measure(std::optional<base::WallTime> sent, base::WallTime received);
    // Times, history and device of an event; whether it is live.
    void stamp(model::Event& event, base::WallTime received) const;
    // The same where nothing shows when it happened: it is history of the time of its arrival.
    void stamp_untimely(model::Event& event, base::WallTime received) const;
    void announce(const model::Event& event) const;
    asio::awaitable<void> report(model::Body body);
    // Reports a change of the link once; shows `why` in any case.
    asio::awaitable<void> set_link(model::LinkState state, std::string why);

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind; the repetitions are only counted.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }

    Config config;
    device::DriverContext context;
    net::Delivery delivery;
    PushClock clock;
    Recorder recorder;
    device::DeviceStatus status;

    // What was last found wrong, until it is put right.
    struct Finding {
        std::string text; // empty: nothing yet
        bool over = false;
        [[nodiscard]] bool stands() const { return !text.empty() && !over; }
    };
    Finding credentials;
    Finding timing; // of signed posts
    Finding mapping;
    // Why there is no live post although some come; empty: none come.
    [[nodiscard]] std::string why_not_live() const;
    std::optional<base::MonoTime> heard_at;
    std::uint64_t events = 0; // understood
    base::Wakeup news;        // notified at every post

private:
    std::map<std::string, std::string> told_;
};

} // namespace gatehouse::webhook_in
