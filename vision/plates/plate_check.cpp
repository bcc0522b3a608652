#include "vision/plates/plate_check.hpp"

#include "gateway/model/look_alike.hpp"
#include "vision/plates/text_distance.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::vision::plates {
namespace {

using namespace std::string_view_literals;

constexpr std::array verdicts{"same"sv, "differs"sv, "not_readable"sv};
constexpr std::array reasons{"none"sv,      "no_plate"sv,   "not_read"sv,   "unsure"sv,
                             "character"sv, "look_alike"sv, "other_plate"sv};
constexpr std::size_t slips_max = 2; // more is another plate
constexpr double sure_place = 0.3;   // the detector's score; below, it may be a radiator grille

// The readable plate that is most like the device's; of those the surest.
const SeenPlate* most_like(std::string_view device, std::span<const SeenPlate> picture)
{
    const SeenPlate* best = nullptr;
    std::size_t nearest = 0;
    for (const auto& plate : picture) {
        if (plate.reading.plate.text.empty()) continue;
        const auto distance = text_distance(device, plate.reading.plate.text);
        if (best != nullptr &&
            (distance > nearest || (distance == nearest && plate.confidence() <= best->confidence())))
            continue;
        best = &plate;
        nearest = distance;
    }
    return best;
}

bool look_alike(std::string_view device, std::string_view picture, const std::vector<std::size_t>& positions)
{
    const auto left = model::characters_of(device);
    const auto right = model::characters_of(picture);
    return std::all_of(positions.begin(), positions.end(), [&](std::size_t i) {
        return i < left.size() && i < right.size() &&
               model::look_alike_of(left[i]) == model::look_alike_of(right[i]);
    });
}

bool any_unread(std::span<const SeenPlate> picture)
{
    return std::any_of(picture.begin(), picture.end(), [](const SeenPlate& plate) {
        return plate.reading.plate.text.empty() && plate.located.score >= sure_place;
    });
}

// How sure the picture is of the characters in which it differs.
double confidence_at(const SeenPlate& plate, const std::vector<std::size_t>& positions)
{
    double weakest = 1;
    for (const auto i : positions)
        weakest =
            std::min(weakest, i < plate.reading.plate.characters.size() ? plate.reading.plate.characters[i]
                                                                        : plate.reading.plate.confidence);
    return weakest;
}

} // namespace

PlateCheck check_plate(std::string_view device, std::span<const SeenPlate> picture, double confidence_min)
{
    PlateCheck check;
    const auto* seen = most_like(device, picture);
    if (seen == nullptr) {
        if (picture.empty() && device.empty()) return {CheckVerdict::same, CheckReason::none, {}, {}};
        check.reason = picture.empty() ? CheckReason::no_plate : CheckReason::not_read;
        return check;
    }
    check.picture = seen->reading.plate;
    check.picture.confidence = seen->confidence();
    check.positions = model::differing(device, check.picture.text);
    if (check.positions.empty()) {
        check.verdict = CheckVerdict::same;
        check.reason = CheckReason::none;
        return check;
    }
    check.reason = CheckReason::unsure;
    if (confidence_at(*seen, check.positions) < confidence_min) return check;
    const bool slip = check.positions.size() <= slips_max;
    if (!slip && any_unread(picture)) { // the device's plate may be that one
        check = {};
        check.reason = CheckReason::not_read;
        return check;
    }
    check.verdict = CheckVerdict::differs;
    check.reason = !slip                                                     ? CheckReason::other_plate
                   : look_alike(device, check.picture.text, check.positions) ? CheckReason::look_alike
                                                                             : CheckReason::character;
    return check;
}

std::string_view to_string(CheckVerdict verdict)
{
    return verdicts.at(static_cast<std::size_t>(verdict));
}

std::string_view to_string(CheckReason reason)
{
    return reasons.at(static_cast<std::size_t>(reason));
}

std::string sentence(const PlateCheck& check, std::string_view device)
{
    const auto says = device.empty() ? "device read no plate" : "device says " + std::string(device);
    switch (check.reason) {
    case CheckReason::no_plate: return says + ", picture shows no plate";
    case CheckReason::not_read: return says + ", picture shows a plate that cannot be read";
    case CheckReason::none:
    case CheckReason::character:
    case CheckReason::other_plate:
        return check.picture.text.empty() ? "neither device nor picture has a plate"
                                          : says + ", picture says " + check.picture.text;
    case CheckReason::look_alike:
        return says + ", picture says " + check.picture.text + "; the two are easily taken for one another";
    case CheckReason::unsure: return says + ", picture may say " + check.picture.text + " but is unsure";
    }
    return says;
}

} // namespace gatehouse::vision::plates
