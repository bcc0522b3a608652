#pragma once
#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace gatehouse::vision::plates {

// One text that a network of CTC may mean: the class of each character as one byte (never 0, the blank), and
// the sum of the probabilities of all ways to say it.
struct CtcText {
    std::string classes;
    double probability = 0;
};

// The most probable texts, the best first: prefix beam search (Hannun 2014, without a language model) over a
// matrix of steps x classes of scores before the softmax, class 0 the blank. `beam` texts are followed at a
// time; none grows beyond twelve characters.
[[nodiscard]] std::vector<CtcText> ctc_texts(const cv::Mat& scores, std::size_t beam);

} // namespace gatehouse::vision::plates
