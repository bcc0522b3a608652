#pragma once
#include "gateway/base/wakeup.hpp"
#include "protocols/net/device_session.hpp"
#include "protocols/webhook-in/config.hpp"
#include "protocols/webhook-in/recorder.hpp"

#include <optional>
#include <string>

namespace gatehouse::webhook_in {

// What the posts of one device have in common: the way to the journal, the clock, the state of the link, and
// what status() and the self-test show. io thread only.
class Session : public net::DeviceSession {
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

    Config config;
    PushClock clock;
    Recorder recorder;

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
};

} // namespace gatehouse::webhook_in
