#include "vision/health/sentence.hpp"

#include <opencv2/core.hpp>

namespace gatehouse::vision::health {

std::string sentence(State state, bool begins)
{
    if (!begins)
        return state == State::lost ? "Pictures arrive again." : "The picture is as it should be again.";
    switch (state) {
    case State::lost: return "Nothing has come from the camera for half a minute.";
    case State::no_key_frame: return "The stream arrives, but no picture in it can be decoded.";
    case State::black: return "The picture is black.";
    case State::over_exposed: return "The picture is over-exposed.";
    case State::occluded: return "Something covers a large part of the lens.";
    case State::moved: return "The camera looks at another place than before.";
    case State::low_contrast: return "The picture has hardly any contrast: fog, dew or a film on the lens.";
    case State::blurred: return "The picture is out of focus.";
    case State::noise: return "The picture is full of noise.";
    case State::stripes: return "There are stripes in the picture that were not there before.";
    case State::colour_cast: return "The whole picture is stained with one colour.";
    case State::frozen: return "The picture stands still: the camera sends the same one again and again.";
    }
    return {};
}

std::string zone_sentence(const Zone& zone, bool occupied)
{
    const auto name = zone.name.empty() ? "Zone " + std::to_string(zone.number) : zone.name;
    if (!occupied) return name + " is free again.";
    return name + " has been occupied for " + std::to_string(zone.minutes) + " minutes.";
}

std::map<std::string, double> values(State state, const View& view, const Likeness& likeness)
{
    switch (state) {
    case State::black: return {{"mean", view.mean}, {"contrast", view.spread}};
    case State::over_exposed: return {{"mean", view.mean}, {"glare", view.glare}};
    case State::occluded: return {{"gone", likeness.flat}, {"same", likeness.same}};
    case State::moved: return {{"shift_px", 2 * cv::norm(likeness.shift)}, {"same", likeness.same}};
    case State::low_contrast: return {{"contrast", view.spread}};
    case State::blurred: return {{"sharpness", likeness.sharpness}};
    case State::noise: return {{"noise", view.noise}};
    case State::stripes: return {{"strength", likeness.stripes}};
    case State::colour_cast: return {{"cast", view.cast}, {"ratio", view.cast_ratio}};
    case State::lost:
    case State::no_key_frame:
    case State::frozen: break;
    }
    return {};
}

} // namespace gatehouse::vision::health
