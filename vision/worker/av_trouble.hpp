#pragma once
#include "gateway/base/errc.hpp"
#include "vision/worker/feed.hpp"

namespace gatehouse::vision {

// What an error code of libav means for a camera.
struct AvTrouble {
    base::error_code code;
    Trouble trouble;
};
[[nodiscard]] AvTrouble av_trouble(int av_error);

} // namespace gatehouse::vision
