#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"
#include "protocols/vzenith/camera_clock.hpp"
#include "protocols/vzenith/config.hpp"
#include "protocols/vzenith/line.hpp"
#include "protocols/vzenith/recorder.hpp"
#include "protocols/wire/recent_keys.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>

namespace gatehouse::vzenith {

// How an opening order names the read that it is for.
[[nodiscard]] std::string record_name(const model::Event& event);

// What the parts of one camera's conversation share: the line, the way to the journal, the clock, and what
// status() shows. Knows no part; each part gets a reference. io thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // ---- events ----
    // Fills in times, and a key where the camera's report has no time; takes pictures out where none are
    // wanted.
    void stamp(model::Event& event);
    // A live read is told to the gate before its pictures and the disk; its key is kept as proof of the live
    // way.
    void announce(const model::Event& event);
    // An input that was told live, for orders that wait for it.
    void observe(const model::InputChanged& input);
    void refuse(const Mapped& mapped);
    [[nodiscard]] bool came_live(const std::string& key) const { return live_keys_.contains(key); }

    // ---- openings ----
    // Whether the gate was opened for this read, or within `same_car` for another read of its car.
    [[nodiscard]] bool just_opened_for(const std::string& record) const;
    void opened_for(const std::string& record, bool opened = true);

    // ---- what we observe ourselves ----
    asio::awaitable<void> report(model::Body body);
    // Reports a change of the link once; shows `why` in any case.
    asio::awaitable<void> set_link(model::LinkState state, std::string why);
    asio::awaitable<void> audit(std::string what, std::string detail, std::string result);
    void heard() { status.last_heard = context.clock.wall(); }

    // Runs beside the conversation until run() is cancelled. Nothing is run before start().
    void spawn(std::string name, asio::awaitable<void> task);
    [[nodiscard]] bool running() const { return tasks_ != nullptr; }
    void start();
    asio::awaitable<void> stop();

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

    Config config;
    device::DriverContext context;
    Recorder recorder;
    Line line;
    net::Delivery delivery;
    CameraClock clock;
    device::DeviceStatus status;
    std::optional<base::MonoTime> pushed_at; // the last post of any kind
    std::map<int, base::MonoTime> active_at; // input: when it was last told active
    base::Wakeup moved;                      // active_at has news
    base::Wakeup pushed;                     // pushed_at has news
    std::optional<std::int64_t> ioctl_code;  // what firmware that answers an order of a relay said last

private:
    struct Untimed {
        std::string record;
        std::string key;
        base::MonoTime at;
    };
    struct Read {
        std::string record; // as orders name it; numbers restart, keys do not
        std::string key;
        std::string plate;
        std::optional<base::MonoTime> opened_at;
    };
    [[nodiscard]] std::string key_without_time(const model::Event& event);

    wire::RecentKeys live_keys_{1024};
    std::deque<Untimed> untimed_;
    std::deque<Read> reads_; // the newest live reads; bounded
    std::map<std::string, std::string> told_;
    std::unique_ptr<base::TaskGroup> tasks_;
};

} // namespace gatehouse::vzenith
