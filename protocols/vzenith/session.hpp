#pragma once
#include "protocols/net/device_session.hpp"
#include "protocols/vzenith/camera_clock.hpp"
#include "protocols/vzenith/config.hpp"
#include "protocols/vzenith/line.hpp"
#include "protocols/vzenith/recorder.hpp"
#include "protocols/wire/recent_keys.hpp"

#include <deque>
#include <map>
#include <string>

namespace gatehouse::vzenith {

// How an opening order names the read that it is for.
[[nodiscard]] std::string record_name(const model::Event& event);

// What the parts of one camera's conversation share: the line, the way to the journal, the clock, and what
// status() shows. Knows no part; each part gets a reference. io thread only.
class Session : public net::DeviceSession {
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
    void heard() { status.last_heard = context.clock.wall(); }

    void start() { open(); }

    Config config;
    Recorder recorder;
    Line line;
    CameraClock clock;
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
};

} // namespace gatehouse::vzenith
