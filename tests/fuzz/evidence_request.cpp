// links: gatehouse_vision_evidence
#include "protocols/wire/text.hpp"
#include "vision/evidence/evidence_maker.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;
using namespace gatehouse::vision::evidence;

namespace {

// A picture that costs next to nothing to encode, and something to mask at its edge.
base::Result<Evidence> make(const Order& order)
{
    static const cv::Mat picture(54, 96, CV_8UC3, cv::Scalar(90, 120, 150));
    static EvidenceMaker maker;
    const Lookers lookers{
        [](const cv::Mat& bgr) {
            return std::vector<cv::Rect>{{0, 0, bgr.cols, 1}, {bgr.cols - 1, 0, 1, bgr.rows}};
        },
        [](const cv::Mat& bgr) {
            return std::vector<PlateBox>{{{0, 0, bgr.cols, bgr.rows}, "沪A12345"}};
        }};
    return maker.make(picture, order, lookers);
}

} // namespace

// What asks for a picture: any bytes have an answer, and what is taken is carried out within its limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto order = read_order({reinterpret_cast<const char*>(data), size});
    if (!order) return order.error().message().empty() ? std::abort(), 0 : 0;
    if (order->text.size() > lines_max || order->bytes_max < bytes_least) std::abort();
    for (const auto& line : order->text)
        if (!wire::is_utf8(line) || line.size() > line_bytes_max) std::abort();
    const auto evidence = make(*order);
    if (!evidence) std::abort(); // nothing that read_order() takes is refused later
    if (evidence->jpeg.size() > order->bytes_max || evidence->size.width > 96) std::abort();
    (void)to_json(*evidence);
    return 0;
}
