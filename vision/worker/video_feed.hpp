#pragma once
#include "vision/worker/av_deadline.hpp"
#include "vision/worker/av_decoder.hpp"
#include "vision/worker/door.hpp"
#include "vision/worker/feed.hpp"

#include <optional>

namespace gatehouse::vision {

// A camera's stream over RTSP, interleaved in one TCP connection: no other port has to be let through, and
// nothing is lost on the way.
class VideoFeed final : public Feed {
public:
    VideoFeed(FeedContext context, FeedTarget target);
    [[nodiscard]] base::Result<Shape> open() override;
    [[nodiscard]] base::Result<Unit> read() override;
    [[nodiscard]] base::Result<PicturePtr> look(const Unit& key) override;
    [[nodiscard]] base::Result<PicturePtr> follow(const Unit& unit) override;
    void rest() override { following_.reset(); }
    [[nodiscard]] Trouble trouble() const override { return trouble_; }

private:
    base::error_code failed(int av_error);
    base::error_code failed(base::Errc code, Trouble trouble);
    base::Result<Shape> choose_stream();

    FeedContext context_;
    FeedTarget target_;
    AvDeadline deadline_;
    std::optional<Door> door_; // as long as the connection may be used: libav connects inside its calls
    Av<AVFormatContext> format_;
    const AVStream* stream_ = nullptr; // of format_
    std::optional<AvDecoder> following_;
    Trouble trouble_;
};

} // namespace gatehouse::vision
