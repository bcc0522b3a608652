#pragma once
#include "gateway/base/clock.hpp"
#include "vision/link/messages.hpp"

#include <opencv2/core/mat.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::vision::health {

// What the stream had to say when the sample was taken. Absent: not once since the watcher began.
struct Packets {
    std::optional<base::MonoTime> last_packet;    // of a snapshot source: the last answer
    std::optional<base::MonoTime> last_key_frame; // the last picture that could be decoded by itself
};

// Once a second, with a picture or without one. Pictures that come faster than two a second are passed over,
// so that a triggered camera need not be thinned out by who calls.
struct Sample {
    base::MonoTime time{};
    base::WallTime wall{}; // for the hour of the camera's day
    cv::Mat picture;       // BGR, 8 bits, any size (640 wide costs least); empty: none since the last sample
    Packets packets;
};

struct Options {
    HealthOptions health;
    std::vector<Zone> zones;
    std::chrono::minutes utc_offset{480};
    // So long a picture has to be alike before it is taken for what the camera should see.
    std::chrono::seconds learn_for{600};
};

// For whoever sets the camera up.
struct Status {
    bool learning =
        true;        // nothing to compare with yet at this light: blurred, occluded and moved are not told
    double mean = 0; // grey levels 0 to 255
    double contrast = 0;  // standard deviation of them
    double sharpness = 0; // share of strong edges, in percent of what is normal here; 0 while learning
    std::vector<std::string> active;
};

// One camera's health and its zones: learns what it should see and says when it does not. Does no I/O, reads
// no clock, keeps no thread and throws nothing. README.md tells the states, their tests and what they cost.
class Watcher {
public:
    explicit Watcher(Options options);
    ~Watcher();
    Watcher(Watcher&&) noexcept;
    Watcher& operator=(Watcher&&) noexcept;

    // What begins or ends with this sample; `camera` and `seen_at` are left to the caller. A finding carries
    // the present and the normal picture as JPEG as far as there are such.
    [[nodiscard]] std::vector<Finding> observe(const Sample& sample);

    [[nodiscard]] Status status() const;

    // What was learnt, once after it first was and then at most every hour; nothing when it is not worth
    // keeping again. Bounded by references_bytes_max.
    [[nodiscard]] std::optional<std::string> take_references(base::MonoTime now);

    // What another process learnt of the same camera. total: outside bytes. Errors: bad_input (nothing is
    // taken).
    base::Result<void> restore(std::string_view references);

    // The camera was aimed anew on purpose: everything learnt is dropped, what is active because of it ends
    // with the next sample, and learning begins.
    void forget();

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

inline constexpr std::size_t references_bytes_max = std::size_t{4} * 1024 * 1024;

} // namespace gatehouse::vision::health
