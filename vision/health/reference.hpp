#pragma once
#include "gateway/base/clock.hpp"
#include "vision/health/view.hpp"

#include <string>

namespace gatehouse::vision::health {

// What a camera normally sees at one time of the day: a slow mean of healthy views.
struct Reference {
    static constexpr int views_max = (1 << 30) - 1; // 34 years of one a second; two fit into an int

    cv::Mat small;  // mean of View::small: in floats while it follows the views, in 8 bits where it is kept
    cv::Mat1f fine; // mean of View::fine
    int detail = 0;
    cv::Point2f tint;
    std::vector<float> rows;
    std::vector<float> columns;
    std::string picture;       // JPEG of a view that was like the mean: what is shown as "then"
    base::WallTime taken_at{}; // of that picture
    int views = 0;             // that went in, views_max at most; 0: empty

    [[nodiscard]] bool empty() const { return views == 0; }
    // `weight` 0 to 1: how much of the mean the new view becomes.
    void blend(const View& view, double weight);
    void blend(const Reference& other, double weight);
};

// How a view is like a reference. Shares are of the cells that have texture in the reference.
struct Likeness {
    double same = 1;      // the same structure, whatever its brightness and contrast
    double flat = 0;      // nothing to be seen any more
    double hidden = 0;    // of the picture: behind one flat surface that was not there ...
    double fresh = 0;     // ... and of the picture: something that was not there
    double sharpness = 1; // fine detail now to fine detail then, corrected for contrast
    int displaced = 0;    // quarters of the picture whose content is found elsewhere ...
    int staying = 0;      // ... and where it was
    cv::Point2f shift;    // of the displaced ones, the middle one, in pixels of small_size
    cv::Rect2f gone;      // around that surface, relative to the picture
    // Strength of the strongest stripes that are not in the reference, in grey levels above what may be
    // there.
    double stripes = 0;
    bool judged = false; // false: the reference has too little texture to say anything
};

[[nodiscard]] Likeness compare(const View& view, const Reference& reference);

} // namespace gatehouse::vision::health
