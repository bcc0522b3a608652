#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"
#include "vision/link/eyes.hpp"

#include <deque>
#include <map>
#include <optional>
#include <variant>

namespace gatehouse::vision {

// One camera seen through the worker, for the driver of its device: turns what the worker says into events
// and changes of the link, in order, and makes good what a worker that was killed could not say any more. io
// thread only.
class CameraWatch {
public:
    using Seen = std::variant<model::Event, model::DeviceLink>;

    // `context` outlives it.
    CameraWatch(std::string device, const device::DriverContext& context);

    // Begins to look, or looks from now on as it says here. Without eyes the link is down and says why.
    void begin(Watch wanted);
    void end();
    [[nodiscard]] bool begun() const { return watching_ != nullptr; }
    // What was seen next: an event for the sink, or the link as it is now. Called again once the event before
    // is on disk.
    asio::awaitable<Seen> next();

    // The picture of now, as JPEG, at most as wide as the sink takes it. Errors: those of Eyes::ask().
    asio::awaitable<base::Result<std::string>> picture();
    [[nodiscard]] const Stream& stream() const { return stream_; }
    // When it was last known that the camera sends; ten seconds late at most while it does.
    [[nodiscard]] std::optional<base::WallTime> last_heard() const { return last_heard_; }
    // What an installer wants to see of it.
    void write_facts(std::map<std::string, std::string>& facts) const;

private:
    // A state that was told and has not ended. `sure`: the worker that runs now said so too.
    struct Active {
        std::string what;
        int zone = 0;
        bool sure = false;
        // For so long it may last without being seen again.
        [[nodiscard]] base::MonoTime::duration doubt() const;
    };

    struct ToldPlate {
        std::string text;
        base::MonoTime at;
        std::uint64_t worker = 0;
    };

    void hear(News news);
    void hear(const WorkerState& worker);
    void note_missing(const std::string& why);
    void tell_nobody_looks();
    void hear(const Stream& stream);
    void hear(PlateRead& read);
    void hear(Finding& finding);
    void hear(Presence& presence);
    void tell(Finding finding);
    void hear(const CameraFigures& figures);
    void queue(Seen seen);
    void make_room();
    void tell_link(model::LinkState state, std::string why);
    // Whether a worker before this one has told that plate a moment ago: the car still stands there.
    [[nodiscard]] bool told_before(const std::string& plate) const;
    void end_doubtful(base::MonoTime since);
    [[nodiscard]] base::MonoTime due() const;
    void recall_active();
    // Whether there was anything to keep.
    asio::awaitable<bool> keep_active();

    std::string device_;
    const device::DriverContext& context_;
    std::unique_ptr<Watching> watching_;
    std::deque<Seen> waiting_; // bounded
    Stream stream_;
    CameraFigures figures_;
    std::optional<base::WallTime> last_heard_;
    std::optional<model::LinkState> told_;
    std::string missing_why_;                     // of the worker that ended last; empty: none was there yet
    std::optional<base::MonoTime> missing_since_; // the worker, until it is told that nobody looks
    std::optional<base::MonoTime> doubt_since_;   // pictures come, and something active is not sure
    std::vector<Zone> zones_;                     // as configured
    std::map<std::string, Active> active_;        // bounded by the states and zones there are
    std::string kept_active_;
    std::uint64_t passages_ = 0;
    std::uint64_t worker_ = 0;          // the how many-th that looks
    std::deque<ToldPlate> told_plates_; // the newest, bounded
    base::Counter& dropped_;
    base::Counter& told_again_;
    base::Wakeup changed_;
};

} // namespace gatehouse::vision
