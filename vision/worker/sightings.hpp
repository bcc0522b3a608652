#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <vector>

#include <opencv2/core/types.hpp>

namespace gatehouse::vision {

// Which of the plates in sight are worth a closer look: those that came into sight a moment ago. One that has
// stood there for long, a parked car's or a sign that only looks like one, must not keep a camera busy, nor
// hide the next car.
class Sightings {
public:
    static constexpr std::chrono::seconds closely_for{8}; // who is not read by then stands badly, not briefly
    static constexpr std::chrono::seconds gone_after{5};  // unseen for so long: the next one there is another

    // What a picture shows; whether the camera should hurry.
    [[nodiscard]] bool observe(base::MonoTime now, const std::vector<cv::Rect2f>& plates)
    {
        std::erase_if(places_, [&](const Place& p) { return now - p.seen_at >= gone_after; });
        bool fresh = false;
        for (const auto& plate : plates) {
            const auto& place = place_of(now, plate);
            fresh = fresh || (!place.done && now - place.since < closely_for);
        }
        return fresh;
    }
    // What is in sight was read.
    void done()
    {
        for (auto& place : places_)
            place.done = true;
    }

private:
    struct Place {
        cv::Rect2f box;
        base::MonoTime since{};
        base::MonoTime seen_at{};
        bool done = false;
    };
    static constexpr std::size_t places_max = 16;

    // It follows a plate that moves by less than its width between two pictures.
    const Place& place_of(base::MonoTime now, const cv::Rect2f& box)
    {
        for (auto& place : places_)
            if ((place.box & box).area() > 0) {
                place.box = box;
                place.seen_at = now;
                return place;
            }
        if (places_.size() == places_max) places_.erase(places_.begin());
        return places_.emplace_back(Place{.box = box, .since = now, .seen_at = now, .done = false});
    }

    std::vector<Place> places_;
};

} // namespace gatehouse::vision
