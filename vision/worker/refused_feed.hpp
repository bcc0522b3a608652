#pragma once
#include "vision/worker/feed.hpp"

#include <utility>

namespace gatehouse::vision {

// In place of a source that cannot be one.
class RefusedFeed final : public Feed {
public:
    explicit RefusedFeed(Trouble trouble) : trouble_(std::move(trouble)) {}
    [[nodiscard]] base::Result<Shape> open() override { return base::Errc::bad_input; }
    [[nodiscard]] base::Result<Unit> read() override { return base::Errc::bad_input; }
    [[nodiscard]] base::Result<PicturePtr> look(const Unit&) override { return base::Errc::bad_input; }
    [[nodiscard]] base::Result<PicturePtr> follow(const Unit&) override { return base::Errc::bad_input; }
    void rest() override {}
    [[nodiscard]] Trouble trouble() const override { return trouble_; }

private:
    Trouble trouble_;
};

} // namespace gatehouse::vision
