#pragma once
#include "vision/worker/av_deadline.hpp"
#include "vision/worker/door.hpp"
#include "vision/worker/feed.hpp"

#include <optional>

namespace gatehouse::vision {

// Single pictures over HTTP, for a camera whose stream cannot be had. libav's client speaks Basic and Digest.
class SnapshotFeed final : public Feed {
public:
    SnapshotFeed(FeedContext context, FeedTarget target);
    [[nodiscard]] base::Result<Shape> open() override;
    // The next picture, not before its time.
    [[nodiscard]] base::Result<Unit> read() override;
    [[nodiscard]] base::Result<PicturePtr> look(const Unit& key) override;
    [[nodiscard]] base::Result<PicturePtr> follow(const Unit& unit) override;
    void rest() override { hurried_ = false; }
    [[nodiscard]] Trouble trouble() const override { return trouble_; }

private:
    base::Result<Unit> fetch();
    base::error_code failed(int av_error);

    FeedContext context_;
    FeedTarget target_;
    AvDeadline deadline_;
    std::optional<Door> door_;
    base::MonoTime next_at_{};
    bool hurried_ = false; // somebody follows: pictures come as fast as the camera makes them
    Trouble trouble_;
};

} // namespace gatehouse::vision
