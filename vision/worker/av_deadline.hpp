#pragma once
#include "vision/worker/av.hpp"
#include "vision/worker/feed_context.hpp"

namespace gatehouse::vision {

// Ends a blocking call of libav: it asks here ten times a second while it waits.
class AvDeadline {
public:
    explicit AvDeadline(FeedContext& context) : context_(context) {}
    void renew(std::chrono::nanoseconds span) { until_ = context_.clock.now() + span; }
    [[nodiscard]] bool over() const { return context_.stop || context_.clock.now() >= until_; }
    // It must not outlive this object, which must not move.
    [[nodiscard]] AVIOInterruptCB callback()
    {
        return {[](void* self) { return static_cast<const AvDeadline*>(self)->over() ? 1 : 0; }, this};
    }

private:
    FeedContext& context_;
    base::MonoTime until_{};
};

} // namespace gatehouse::vision
