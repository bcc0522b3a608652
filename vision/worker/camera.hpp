#pragma once
#include "gateway/base/backoff.hpp"
#include "vision/link/messages.hpp"
#include "vision/worker/gaze.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace gatehouse::vision {

// What a camera is given.
struct CameraPorts {
    base::Clock& clock;
    const std::atomic<bool>& stop; // set from outside: run() returns soon
    // Sleeps for so long, or until stop is set.
    std::function<void(std::chrono::nanoseconds)> pause;
    std::function<std::unique_ptr<Feed>(const Source& source)> make_feed;
    std::function<void(Stream)> report; // every change of how the pictures come
    std::function<void()> seen;         // something was put into the queue
    std::uint64_t seed = 0;             // of the waits' jitter
};

// One camera: connects to the first of its sources that answers, keeps at it for ever, and hands on what it
// sees.
class Camera {
public:
    using OnPicture = std::function<void(base::Result<PicturePtr>)>;

    Camera(Watch watch, CameraPorts ports);

    // The camera's thread, until stop.
    void run();

    // Any thread. Every picture counts for so long.
    void hurry(std::chrono::nanoseconds span) { gaze_.hurry(ports_.clock.now() + span); }
    // The picture of now, in the largest size that a source has; `done` is called once, mostly by the
    // camera's thread. Errors: not_found (the camera gives none now), busy (four already wait).
    void ask_picture(OnPicture done);
    [[nodiscard]] CameraFigures figures() const;
    [[nodiscard]] Tally tally() const { return gaze_.tally(); }
    [[nodiscard]] Stream stream() const;
    [[nodiscard]] LookQueue& looks() { return looks_; }
    [[nodiscard]] const Watch& watch() const { return watch_; }

private:
    // What opening or reading came to.
    struct End {
        base::error_code code;
        Trouble trouble;
    };
    End try_sources();
    End converse(Feed& feed, const Source& source, Shape shape);
    [[nodiscard]] std::optional<End> weary(const Source& source, base::MonoTime began);
    [[nodiscard]] bool is_first_choice(const Source& source) const
    {
        return &source == watch_.sources.data();
    }
    std::chrono::nanoseconds wait_after(const End& end);
    void tell_up(const Source& source, const Shape& shape);
    void tell_trouble(const End& end);
    void tell(Stream now);
    void serve(Feed& feed, const Source& source);
    base::Result<PicturePtr> picture_of(Feed& feed, const Source& source);
    void refuse_waiting();

    Watch watch_; // its sources in the order in which they are tried
    CameraPorts ports_;
    LookQueue looks_;
    Gaze gaze_;
    base::Random random_;
    base::Backoff backoff_;
    std::chrono::nanoseconds
        with_less_;           // how long the next stay on a source that is not the first choice lasts
    std::size_t refused_ = 0; // log-ins in a row
    std::atomic<std::uint64_t> reconnects_{0};
    mutable std::mutex mutex_;
    Stream stream_;                  // what was told last; under mutex_
    std::vector<OnPicture> waiting_; // under mutex_
};

} // namespace gatehouse::vision
