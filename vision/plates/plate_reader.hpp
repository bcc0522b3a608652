#pragma once
#include "vision/plates/network.hpp"
#include "vision/plates/ranking.hpp"

#include <opencv2/core/mat.hpp>

#include <array>
#include <span>
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

    // Cuts of one plate of reader_width x reader_height (rectifier.hpp), at least one; the mean of what the
    // network makes of each counts. Errors: failed, when the network throws.
    [[nodiscard]] base::Result<Reading> read(std::span<const cv::Mat> cuts);

private:
    // What the network says of one cut, or of all so far.
    struct Heard {
        std::vector<Candidate> texts;
        ColourShares shares{};
    };

    explicit PlateReader(Network network);
    // Adds `weight` of what the network makes of the cut.
    base::Result<void> hear(const cv::Mat& cut, double weight, Heard& heard);

    Network network_;
};

} // namespace gatehouse::vision::plates
