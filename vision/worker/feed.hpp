#pragma once
#include "gateway/base/clock.hpp"
#include "vision/worker/picture.hpp"

#include <cstddef>
#include <memory>
#include <string>

struct AVPacket;

namespace gatehouse::vision {

// What a source says of its pictures.
struct Shape {
    std::string codec; // "h264", "hevc", "mjpeg"
    int width = 0;     // 0: not known before the first picture
    int height = 0;
    double frame_rate = 0; // 0: not said
};

// One picture as it came, not yet decoded.
struct Unit {
    std::shared_ptr<const AVPacket> packet;
    std::size_t bytes = 0;
    bool key = false;    // can be decoded without others
    bool broken = false; // the source knows that bytes are missing
    base::MonoTime at{};
};

// Why there are no pictures: `reason` is a word of the message Stream.
struct Trouble {
    std::string reason;
    std::string why; // one sentence
};

// One connection to one source of a camera. Blocks, each call for a bounded time; belongs to its camera's
// thread.
class Feed {
public:
    virtual ~Feed() = default;
    // Errors: any; trouble() says why.
    [[nodiscard]] virtual base::Result<Shape> open() = 0;
    // Errors: timed_out (nothing came for silence_max), any other: the connection is lost.
    [[nodiscard]] virtual base::Result<Unit> read() = 0;
    // A key unit by itself; leaves nothing behind in memory. Errors: damaged.
    [[nodiscard]] virtual base::Result<PicturePtr> look(const Unit& key) = 0;
    // The next unit of a sequence that began with a key unit: a picture, or nothing while the decoder waits
    // for more. Errors: damaged; the sequence may go on.
    [[nodiscard]] virtual base::Result<PicturePtr> follow(const Unit& unit) = 0;
    // The sequence is over: its decoder goes.
    virtual void rest() = 0;
    [[nodiscard]] virtual Trouble trouble() const = 0;
};

} // namespace gatehouse::vision
