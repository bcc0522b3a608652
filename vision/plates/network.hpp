#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/dnn.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::plates {

// One network in OpenCV. Nothing is thrown: what OpenCV throws becomes `failed`. Not for two threads at once.
class Network {
public:
    // Bytes of an ONNX file whose checksum was compared; they are trusted no further than that. Errors:
    // failed.
    [[nodiscard]] static base::Result<Network> load(std::string_view onnx, std::vector<std::string> outputs);

    // The outputs named when it was loaded, in that order, for an input of 1x3xHxW. They stay as they are
    // until the next call. Errors: failed.
    [[nodiscard]] base::Result<std::vector<cv::Mat>> run(const cv::Mat& input);

private:
    Network(cv::dnn::Net net, std::vector<std::string> outputs);

    cv::dnn::Net net_;
    std::vector<std::string> outputs_;
};

} // namespace gatehouse::vision::plates
