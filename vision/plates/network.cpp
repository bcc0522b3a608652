#include "vision/plates/network.hpp"

#include <utility>

namespace gatehouse::vision::plates {

Network::Network(cv::dnn::Net net, std::vector<std::string> outputs)
    : net_(std::move(net)), outputs_(std::move(outputs))
{
}

base::Result<Network> Network::load(std::string_view onnx, std::vector<std::string> outputs)
try {
    auto net = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
    if (net.empty()) return base::Errc::failed;
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return Network(std::move(net), std::move(outputs));
} catch (const cv::Exception&) {
    return base::Errc::failed;
}

base::Result<std::vector<cv::Mat>> Network::run(const cv::Mat& input)
try {
    net_.setInput(input);
    std::vector<cv::Mat> outputs;
    net_.forward(outputs, outputs_);
    return outputs;
} catch (const cv::Exception&) {
    return base::Errc::failed;
}

} // namespace gatehouse::vision::plates
