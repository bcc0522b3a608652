#include "vision/evidence/evidence_maker.hpp"

#include "gateway/base/sha256.hpp"
#include "gateway/model/json_writer.hpp"
#include "vision/evidence/fitting.hpp"
#include "vision/evidence/flaw.hpp"
#include "vision/evidence/mosaic.hpp"
#include "vision/evidence/policy.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::evidence {
namespace {

// Wider or higher ones have faces that can be known and are too small for the detectors, which look at 1280
// pixels: a face of 30 pixels, which shows nobody, is the least they find.
constexpr int side_max_with_faces_hidden = 1920;

// At least one pixel, where the region begins inside the picture.
cv::Rect in_pixels(const cv::Rect2d& shares, const cv::Size& size)
{
    const cv::Point from(static_cast<int>(shares.x * size.width), static_cast<int>(shares.y * size.height));
    const cv::Point to(std::max(from.x + 1, static_cast<int>(std::ceil(shares.br().x * size.width))),
                       std::max(from.y + 1, static_cast<int>(std::ceil(shares.br().y * size.height))));
    return cv::Rect(from, to) & cv::Rect({}, size);
}

// The part of the picture that is shown, in a copy that may be painted on. Empty: the cut is outside.
class Framed {
public:
    Framed(const cv::Mat& whole, const Order& order) : whole_(whole.size())
    {
        part_ = order.crop ? in_pixels(*order.crop, whole_) : cv::Rect({}, whole_);
        if (part_.empty()) return;
        shrink_ = std::min(1.0, static_cast<double>(order.width_max) / part_.width);
        if (masks_for(order.purpose, order.recipient).faces)
            shrink_ = std::min(shrink_, static_cast<double>(side_max_with_faces_hidden) /
                                            std::max(part_.width, part_.height));
        if (shrink_ < 1)
            cv::resize(whole(part_), picture, {}, shrink_, shrink_, cv::INTER_AREA);
        else
            whole(part_).copyTo(picture);
    }

    // Where a region of the whole is in it; empty when it is not.
    [[nodiscard]] cv::Rect place_of(const cv::Rect2d& shares) const
    {
        const auto box = in_pixels(shares, whole_) - part_.tl();
        const cv::Rect scaled(cvFloor(box.x * shrink_), cvFloor(box.y * shrink_), cvCeil(box.width * shrink_),
                              cvCeil(box.height * shrink_));
        return scaled & cv::Rect({}, picture.size());
    }

    cv::Mat picture;

private:
    cv::Size whole_;
    cv::Rect part_;
    double shrink_ = 1;
};

// Covers what the policy hides, and counts it.
class Masking {
public:
    Masking(Framed& framed, const Order& order, const Lookers& lookers, Evidence& evidence)
        : framed_(framed), order_(order), lookers_(lookers), evidence_(evidence)
    {
    }

    // Both are looked for before anything is covered: a plate under a mosaic would not be found.
    base::Result<void> run()
    {
        const auto masks = masks_for(order_.purpose, order_.recipient);
        std::vector<cv::Rect> boxes;
        if (masks.faces)
            if (const auto found = find_faces(boxes); !found) return found.error();
        if (masks.plates != PlateMask::none)
            if (const auto found = find_plates(masks.plates, boxes); !found) return found.error();
        for (const auto& box : boxes)
            cover(framed_.picture, enlarged(box, framed_.picture.size()));
        return {};
    }

private:
    base::Result<void> find_faces(std::vector<cv::Rect>& boxes)
    {
        if (!lookers_.faces) return Flaw::faces_not_looked_for;
        const auto faces = lookers_.faces(framed_.picture);
        if (!faces) return faces.error();
        evidence_.faces_masked = static_cast<int>(faces->size());
        boxes.insert(boxes.end(), faces->begin(), faces->end());
        return {};
    }

    base::Result<void> find_plates(PlateMask which, std::vector<cv::Rect>& boxes)
    {
        if (!lookers_.plates) return Flaw::plates_not_looked_for;
        const auto plates = lookers_.plates(framed_.picture);
        if (!plates) return plates.error();
        const auto* kept = which == PlateMask::foreign ? kept_of(*plates) : nullptr;
        evidence_.plate_kept = kept != nullptr;
        for (const auto& plate : *plates) {
            if (&plate == kept) continue;
            boxes.push_back(plate.box);
            ++evidence_.plates_masked;
        }
        return {};
    }

    // The one plate that the order is about: it has the text, or else its middle is in the box and nearest to
    // the box's own. One, however large the box: nobody hides nothing with it.
    [[nodiscard]] const PlateBox* kept_of(const std::vector<PlateBox>& plates) const
    {
        for (const auto& plate : plates)
            if (!order_.keep_plate.empty() && plate.text == order_.keep_plate) return &plate;
        if (!order_.keep_plate_box) return nullptr;
        const auto place = framed_.place_of(*order_.keep_plate_box);
        const PlateBox* nearest = nullptr;
        double distance = 0;
        for (const auto& plate : plates) {
            const auto middle = (plate.box.tl() + plate.box.br()) / 2;
            const double away = cv::norm(middle - (place.tl() + place.br()) / 2);
            if (!place.contains(middle) || (nearest != nullptr && away >= distance)) continue;
            nearest = &plate;
            distance = away;
        }
        return nearest;
    }

    Framed& framed_;
    const Order& order_;
    const Lookers& lookers_;
    Evidence& evidence_;
};

} // namespace

base::Result<Evidence> EvidenceMaker::make(const cv::Mat& picture, const Order& order, const Lookers& lookers)
{
    if (picture.empty() || picture.type() != CV_8UC3) return Flaw::no_picture;
    try {
        Evidence evidence;
        Framed framed(picture, order);
        if (framed.picture.empty()) return Flaw::region;
        if (const auto masked = Masking(framed, order, lookers, evidence).run(); !masked)
            return masked.error();
        evidence.annotated = annotation_.has_font() && !order.text.empty();
        const auto shown =
            evidence.annotated ? annotation_.apply(framed.picture, order.text) : framed.picture;
        auto fitted = fit(shown, order.bytes_max, quality_);
        if (!fitted) return fitted.error();
        quality_ = evidence.quality = fitted->quality;
        evidence.size = fitted->size;
        evidence.jpeg = std::move(fitted->jpeg);
        evidence.sha256 = base::sha256_hex(evidence.jpeg);
        return evidence;
    } catch (const std::exception&) { // of OpenCV, or no memory
        return Flaw::failed;
    }
}

std::string to_json(const Evidence& evidence)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object()
        .member("sha256", evidence.sha256)
        .member("bytes", static_cast<std::uint64_t>(evidence.jpeg.size()))
        .member("width", evidence.size.width)
        .member("height", evidence.size.height)
        .member("quality", evidence.quality)
        .key("masked")
        .begin_object()
        .member("faces", evidence.faces_masked)
        .member("plates", evidence.plates_masked)
        .end_object()
        .member("plate_kept", evidence.plate_kept)
        .member("annotated", evidence.annotated)
        .end_object();
    return text;
}

} // namespace gatehouse::vision::evidence
