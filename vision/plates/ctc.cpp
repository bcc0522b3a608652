#include "vision/plates/ctc.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr std::size_t characters_max = 12; // a plate has eight, WJ plates nine
constexpr double step_probability_min =
    1e-4; // less is noise of the softmax, and each class would cost a prefix

// How probable it is to have said exactly this so far, by what the last step was.
struct Said {
    double blank = 0;
    double character = 0;

    [[nodiscard]] double sum() const { return blank + character; }
};
using Prefixes = std::map<std::string, Said>;

struct StepClass {
    char code = 0;
    double probability = 0;
};

// The classes of a step that may be meant.
std::vector<StepClass> likely(const float* scores, int classes)
{
    const double highest = *std::max_element(scores, scores + classes);
    double sum = 0;
    for (int c = 0; c < classes; ++c)
        sum += std::exp(scores[c] - highest);
    std::vector<StepClass> found;
    for (int c = 0; c < classes; ++c)
        if (const double p = std::exp(scores[c] - highest) / sum; p >= step_probability_min)
            found.push_back({static_cast<char>(c), p});
    return found;
}

void extend(Prefixes& next, const std::string& prefix, const Said& said, StepClass step)
{
    if (step.code == 0) {
        next[prefix].blank += said.sum() * step.probability;
        return;
    }
    const bool again = !prefix.empty() && prefix.back() == step.code;
    // The same character without a blank between is the same one, held.
    if (again) next[prefix].character += said.character * step.probability;
    const double before = again ? said.blank : said.sum();
    if (before > 0 && prefix.size() < characters_max)
        next[prefix + step.code].character += before * step.probability;
}

// Only the best go on.
void prune(Prefixes& prefixes, std::size_t beam)
{
    if (prefixes.size() <= beam) return;
    std::vector<double> sums;
    for (const auto& [prefix, said] : prefixes)
        sums.push_back(said.sum());
    const auto last = sums.begin() + static_cast<std::ptrdiff_t>(beam - 1);
    std::nth_element(sums.begin(), last, sums.end(), std::greater<>());
    std::erase_if(prefixes, [lowest = *last](const auto& entry) { return entry.second.sum() < lowest; });
}

} // namespace

std::vector<CtcText> ctc_texts(const cv::Mat& scores, std::size_t beam)
{
    Prefixes prefixes{{"", {.blank = 1, .character = 0}}};
    for (int step = 0; step < scores.rows; ++step) {
        Prefixes next;
        const auto classes = likely(scores.ptr<float>(step), scores.cols);
        for (const auto& [prefix, said] : prefixes)
            for (const auto& one : classes)
                extend(next, prefix, said, one);
        prune(next, beam);
        prefixes = std::move(next);
    }
    std::vector<CtcText> texts;
    for (const auto& [prefix, said] : prefixes)
        texts.push_back({prefix, said.sum()});
    std::stable_sort(texts.begin(), texts.end(),
                     [](const CtcText& a, const CtcText& b) { return a.probability > b.probability; });
    return texts;
}

} // namespace gatehouse::vision::plates
