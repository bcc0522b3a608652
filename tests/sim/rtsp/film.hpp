#pragma once
#include "tests/sim/rtsp/encoder.hpp"
#include "tests/sim/rtsp/studio.hpp"
#include "tests/sim/rtsp/yard.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sim::rtsp {

// What one stream of a camera shows, frame by frame. Drawn and encoded as it happens; or, with a loop, out
// of a clip of that length while nothing happens, which costs next to nothing. Called from the io thread;
// works in the studio. One call at a time.
class Film {
public:
    // `loop` frames; 0: everything is drawn as it happens.
    Film(Studio& studio, std::uint64_t yard, std::string title, std::size_t loop);

    // The size in the format stays the same from call to call, the codec need not.
    [[nodiscard]] asio::awaitable<std::vector<std::string>> headers(Format format);
    [[nodiscard]] asio::awaitable<Unit> next(Format format, Shot shot);
    // One JPEG of that quality.
    [[nodiscard]] asio::awaitable<std::string> photograph(Format format, Shot shot, int quality);

private:
    [[nodiscard]] asio::awaitable<std::vector<std::string>> find_headers(Format format);
    [[nodiscard]] asio::awaitable<Unit> develop(Format format, Shot shot);
    [[nodiscard]] asio::awaitable<std::string> draw_jpeg(Format format, Shot shot, int quality);
    [[nodiscard]] Unit out_of_clip(const Format& format, const Shot& shot);
    [[nodiscard]] Studio::Clip make_clip(const Format& format, Shot shot);
    [[nodiscard]] Yard& yard(const Format& format);

    Studio& studio_;
    std::uint64_t yard_number_;
    std::string title_;
    std::size_t loop_;
    // ---- studio thread only ----
    std::unique_ptr<Yard> yard_;
    std::unique_ptr<Encoder> encoder_; // none while a clip is played
    Studio::Clip clip_;
    std::string clip_shows_;
    std::size_t clip_at_ = 0;
};

} // namespace gatehouse::sim::rtsp
