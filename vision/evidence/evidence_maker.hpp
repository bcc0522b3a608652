#pragma once
#include "vision/evidence/annotation.hpp"
#include "vision/evidence/order.hpp"

#include <opencv2/core/mat.hpp>

#include <functional>
#include <string>
#include <vector>

namespace gatehouse::vision::evidence {

// A plate that was found in the picture that it was looked for in.
struct PlateBox {
    cv::Rect box;
    std::string text; // canonical; empty: not read
};

// Who looks for what has to be masked; asked only when the policy masks it. Empty: nobody can, and an order
// that needs it is refused.
struct Lookers {
    std::function<base::Result<std::vector<cv::Rect>>(const cv::Mat& bgr)> faces;
    std::function<base::Result<std::vector<PlateBox>>(const cv::Mat& bgr)> plates;
};

// A picture that may be shown to the recipient of its order.
struct Evidence {
    std::string jpeg;
    std::string sha256; // of the JPEG's bytes, lower-case hex
    cv::Size size;
    int quality = 0;
    int faces_masked = 0;
    int plates_masked = 0;
    bool plate_kept = false; // the plate it is about was found and is readable
    bool annotated = false;  // false with text in the order: no font
};

// Makes pictures that may leave: crop, shrink, mask, annotate, encode into a budget, hash. One thread at a
// time; it remembers the quality of the last one, from which the next begins.
class EvidenceMaker {
public:
    explicit EvidenceMaker(Annotation annotation = {}) : annotation_(std::move(annotation)) {}

    // `picture` stays as it is. Errors: a Flaw, and those of the lookers: nothing leaves that was not looked
    // through.
    [[nodiscard]] base::Result<Evidence> make(const cv::Mat& picture, const Order& order,
                                              const Lookers& lookers);

private:
    Annotation annotation_;
    int quality_ = 80;
};

// The answer to the question on the link (README.md), without the picture itself.
[[nodiscard]] std::string to_json(const Evidence& evidence);

} // namespace gatehouse::vision::evidence
