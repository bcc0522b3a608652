#pragma once
#include "vision/worker/gop.hpp"
#include "vision/worker/look_queue.hpp"
#include "vision/worker/packet_motion.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

namespace gatehouse::vision {

// How closely a camera is looked at.
struct GazePlan {
    bool motion = false; // what moves between the key pictures is worth hurrying for: plates are wanted
    int width_max = 640; // of what is handed on; 0: as it comes, because plates are read from it
};

// What a camera has sent so far, and what became of it.
struct Tally {
    std::uint64_t packets = 0;
    std::uint64_t decoded = 0;
    std::uint64_t errors = 0;
    std::optional<base::MonoTime> last_packet;
    std::optional<base::MonoTime> last_key; // that could be decoded, as far as it was tried
    int bad_keys = 0;                       // key pictures in a row that could not be decoded
    int width = 0;                          // of the last picture
    int height = 0;
};

// Decides which of a camera's units are decoded: of an idle camera one key picture a second, each by itself,
// because everything between is then passed over for nothing; of one that was triggered everything, beginning
// with the last key picture. What is seen goes to the queue of the camera. Camera's thread only, but for
// hurry() and tally().
class Gaze {
public:
    Gaze(GazePlan plan, base::Clock& clock, LookQueue& queue) : plan_(plan), clock_(clock), queue_(queue) {}

    // A new connection: what came before does not belong to it.
    void begin();
    void take(Feed& feed, const Unit& unit);
    // The last picture of the stream in full size. Errors: not_found (none yet), damaged.
    [[nodiscard]] base::Result<PicturePtr> picture(Feed& feed);

    // Any thread: every picture counts until then.
    void hurry(base::MonoTime until);
    [[nodiscard]] Tally tally() const;

private:
    [[nodiscard]] bool hurried(base::MonoTime now) const;
    void look(Feed& feed, const Unit& key);
    void follow(Feed& feed, const Unit& unit);
    void took(const base::Result<PicturePtr>& outcome, const Unit& unit);
    void hand_on(PicturePtr picture, const Unit& unit, bool hurried);

    GazePlan plan_;
    base::Clock& clock_;
    LookQueue& queue_;
    Gop gop_;
    PacketMotion motion_;
    bool following_ = false;
    std::optional<base::MonoTime> looked_at_;
    std::atomic<base::MonoTime> hurry_until_{};
    mutable std::mutex mutex_;
    Tally tally_; // under mutex_
};

} // namespace gatehouse::vision
