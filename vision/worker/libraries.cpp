#include "vision/worker/libraries.hpp"

#include "vision/worker/av.hpp"

#include <cstdarg>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace gatehouse::vision {

void tame_libraries()
{
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    av_log_set_callback([](void*, int, const char*, va_list) {});
    avformat_network_init();
}

} // namespace gatehouse::vision
