#pragma once
#include "gateway/base/clock.hpp"

#include <opencv2/core/mat.hpp>

namespace gatehouse::vision::health {

// Whether a camera sends the same picture again and again. Neighbouring pictures of a quiet scene may be
// identical, so all of half a minute are compared with the first of them; one cell that changes, a leaf or
// the seconds of an overlay, is life.
class FrozenWatch {
public:
    // `small`: View::small. Gives how long, in parts of hold(), nothing has changed: 1 is when it is told.
    double observe(base::MonoTime now, const cv::Mat& small);

private:
    cv::Mat first_;
    base::MonoTime since_{};
    int pictures_ = 0;
};

} // namespace gatehouse::vision::health
