#pragma once
#include "vision/plates/network.hpp"
#include "vision/plates/ranking.hpp"

#include <opencv2/core/mat.hpp>

#include <array>
#include <string_view>
#include <vector>

namespace gatehouse::vision::plates {

// What the classes of the reader's network stand for; class 0 is the blank, these begin at 1
// (vision/plates/training/plates.py, CHARACTERS).
inline constexpr std::array<std::string_view, 79> reader_characters{
    "京", "津", "沪", "渝", "冀", "豫", "云", "辽", "黑", "湘", "皖", "鲁", "新", "苏", "浙", "赣",
    "鄂", "桂", "甘", "晋", "蒙", "陕", "吉", "闽", "贵", "粤", "青", "藏", "川", "宁", "琼", "学",
    "警", "港", "澳", "挂", "使", "领", "试", "超", "应", "急", "民", "航", "0",  "1",  "2",  "3",
    "4",  "5",  "6",  "7",  "8",  "9",  "A",  "B",  "C",  "D",  "E",  "F",  "G",  "H",  "J",  "K",
    "L",  "M",  "N",  "P",  "Q",  "R",  "S",  "T",  "U",  "V",  "W",  "X",  "Y",  "Z",  "O"};

// Reads a plate that was cut out. Our own network of convolutions and CTC, with the colour as its second
// output.
class PlateReader {
public:
    // Errors: failed.
    [[nodiscard]] static base::Result<PlateReader> load(std::string_view onnx);

    // A cut of reader_width x reader_height (rectifier.hpp). Errors: failed, when the network throws.
    [[nodiscard]] base::Result<Reading> read(const cv::Mat& cut);

private:
    explicit PlateReader(Network network);

    Network network_;
};

} // namespace gatehouse::vision::plates
