#pragma once
#include "protocols/facepush/config.hpp"
#include "protocols/facepush/reading.hpp"
#include "protocols/facepush/recorder.hpp"
#include "protocols/net/device_session.hpp"
#include "protocols/wire/recent_keys.hpp"

#include <string>

namespace gatehouse::facepush {

// What the parts of one terminal's conversation share: the way to the journal, the clock, the state of the
// link and what status() shows. Knows no part; each part gets a reference. io thread only.
class Session : public net::DeviceSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- records ----
    // Times, history and trust; a live person is announced to context.early. `from_log`: it is history
    // whatever its time says.
    [[nodiscard]] model::Event live_event(const Reading& reading, bool from_log = false);
    void attach(model::Event& event, const Reading& reading);
    // Counts why a message became no event.
    void count_unread(const Read& read);
    // Whether a record with this key came live; the newest 2,048 are known.
    [[nodiscard]] bool came_live(const std::string& key) const { return live_keys_.contains(key); }
    void note_live(const std::string& key)
    {
        if (!key.empty()) live_keys_.insert(key);
    }

    // ---- the device's clock ----
    // It showed `shown` at our `at`. True when trust changed.
    bool measured(base::WallTime shown, base::WallTime at);
    [[nodiscard]] std::optional<milliseconds> offset() const { return offset_; }
    void forget_offset() { offset_.reset(); }

    // ---- what we observe ourselves ----
    asio::awaitable<void> report_clock(bool corrected);
    void heard() { status.last_heard = context.clock.wall(); }

    void start() { open(); }

    Config config;
    Recorder recorder;
    base::Wakeup changed;                         // a push came, or the door was told to have opened
    std::optional<base::MonoTime> door_opened_at; // the device last said that its door opened
    std::optional<base::MonoTime> order_sent_at;  // an order of ours to open it is on its way

private:
    std::optional<milliseconds> offset_;
    wire::RecentKeys live_keys_{2048};
    wire::RecentKeys announced_{256}; // a repeat opens nothing a second time
};

} // namespace gatehouse::facepush
