#pragma once
#include "vision/health/view.hpp"

#include <chrono>

namespace gatehouse::vision::health {

// The empty scene and what stands out of it, in cells of 4 x 4 pixels of small_size. A plain slow mean that
// knows what it must not learn: mixtures of Gaussians (MOG2) absorb whatever stands for a minute, which is
// just what a zone is about.
class Background {
public:
    inline static const cv::Size grid{80, 45};
    using Span = std::chrono::duration<double>;

    struct Difference {
        cv::Mat1b things; // cells with other structure than the empty scene
        cv::Mat1b
            shades; // cells without any, before and now, of another brightness: shadow, beam, or a bonnet
    };

    // What differs, after the overall gain is corrected. Nothing before learned().
    [[nodiscard]] Difference compare(const View& view) const;
    // Follows the view but in the cells of `standing`.
    void learn(const View& view, Span since, const cv::Mat1b& standing);
    // The cells are taken as they are now: what was learnt there has driven away.
    void adopt(const View& view, const cv::Mat1b& cells);
    // Whether the outline of these cells is in the learnt scene rather than in the view: then it was learnt
    // with a thing in it that has left.
    [[nodiscard]] bool is_ghost(const View& view, const cv::Mat1b& cells) const;

    [[nodiscard]] bool learned() const { return seen_ >= learn_for; }
    void forget() { *this = Background(); }

private:
    static constexpr Span learn_for = std::chrono::seconds(30);

    cv::Mat1f mean_; // small_size, smoothed
    Span seen_{};
};

// The view as zones look at it: grey, small_size, smoothed.
[[nodiscard]] cv::Mat1f smooth(const cv::Mat& small);
// A mask of cells, in pixels of small_size.
[[nodiscard]] cv::Mat1b in_pixels(const cv::Mat1b& cells);

} // namespace gatehouse::vision::health
