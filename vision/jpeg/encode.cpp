#include "vision/jpeg/encode.hpp"
#include "vision/jpeg/flaw.hpp"
#include "vision/jpeg/handle.hpp"

#include <memory>

namespace gatehouse::vision::jpeg {
namespace {

struct Freeing {
    void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

} // namespace

base::Result<std::string> encode(const cv::Mat& picture, int quality)
{
    const bool is_grey = picture.type() == CV_8UC1;
    if (picture.empty() || (!is_grey && picture.type() != CV_8UC3)) return Flaw::no_picture;
    if (quality < 1 || quality > 100) return Flaw::no_picture;
    const Handle handle(tjInitCompress());
    if (!handle) return Flaw::too_much_memory;
    unsigned char* made = nullptr;
    unsigned long size = 0;
    const auto outcome = tjCompress2(
        handle.get(), picture.data, picture.cols, static_cast<int>(picture.step[0]), picture.rows,
        is_grey ? TJPF_GRAY : TJPF_BGR, &made, &size, is_grey ? TJSAMP_GRAY : TJSAMP_420, quality, 0);
    const std::unique_ptr<unsigned char, Freeing> owned(made);
    if (outcome != 0) return Flaw::too_much_memory; // or wider than 65,535 pixels
    return std::string(reinterpret_cast<const char*>(made), size);
}

} // namespace gatehouse::vision::jpeg
