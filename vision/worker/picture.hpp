#pragma once
#include "gateway/base/errc.hpp"

#include <memory>

#include <opencv2/core.hpp>

namespace gatehouse::vision {

// One decoded picture, still as the decoder made it: it is turned into BGR only in the size and the part that
// somebody asks for. Immutable; may be read in another thread than the one that decoded it.
class Picture {
public:
    virtual ~Picture() = default;
    [[nodiscard]] virtual int width() const = 0;
    [[nodiscard]] virtual int height() const = 0;
    // The part as BGR, scaled down to the width when it is wider (0: as it is). `part` lies inside the
    // picture. Errors: failed (no memory, a pixel format that cannot be turned).
    [[nodiscard]] virtual base::Result<cv::Mat> bgr(cv::Rect part, int width_max) const = 0;
    [[nodiscard]] base::Result<cv::Mat> bgr(int width_max) const
    {
        return bgr({0, 0, width(), height()}, width_max);
    }
};
using PicturePtr = std::shared_ptr<const Picture>;

} // namespace gatehouse::vision
