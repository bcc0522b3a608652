#include "vision/plates/ctc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace gatehouse::vision::plates {
namespace {

// Scores whose softmax is these probabilities.
cv::Mat scores_of(const std::vector<std::vector<double>>& probabilities)
{
    cv::Mat scores(static_cast<int>(probabilities.size()), static_cast<int>(probabilities.front().size()),
                   CV_32F);
    for (int step = 0; step < scores.rows; ++step)
        for (int c = 0; c < scores.cols; ++c)
            scores.at<float>(step, c) = static_cast<float>(
                std::log(probabilities[static_cast<std::size_t>(step)][static_cast<std::size_t>(c)] + 1e-9));
    return scores;
}

// What CTC means by a path: what is held is once, blanks are nothing.
std::string text_of(const std::vector<int>& path)
{
    std::string text;
    int before = 0;
    for (const int c : path) {
        if (c != 0 && c != before) text += static_cast<char>(c);
        before = c;
    }
    return text;
}

// Every path there is.
std::map<std::string, double> by_all_paths(const std::vector<std::vector<double>>& probabilities)
{
    std::map<std::string, double> sums;
    std::vector<int> path(probabilities.size(), 0);
    const auto classes = static_cast<int>(probabilities.front().size());
    for (;;) {
        double product = 1;
        for (std::size_t i = 0; i < path.size(); ++i)
            product *= probabilities[i][static_cast<std::size_t>(path[i])];
        sums[text_of(path)] += product;
        std::size_t i = 0;
        while (i < path.size() && ++path[i] == classes)
            path[i++] = 0;
        if (i == path.size()) return sums;
    }
}

TEST(Ctc, SumsAllWaysToSayAText)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> any(0.05, 1);
    std::vector<std::vector<double>> probabilities(5, std::vector<double>(4));
    for (auto& step : probabilities) {
        double sum = 0;
        for (auto& p : step)
            sum += p = any(random);
        for (auto& p : step)
            p /= sum;
    }
    const auto expected = by_all_paths(probabilities);
    const auto texts = ctc_texts(scores_of(probabilities), 1000);
    ASSERT_EQ(texts.size(), expected.size());
    for (const auto& text : texts)
        EXPECT_NEAR(text.probability, expected.at(text.classes), 1e-6);
    for (std::size_t i = 1; i < texts.size(); ++i)
        EXPECT_GE(texts[i - 1].probability, texts[i].probability);
}

TEST(Ctc, TellsACharacterThatIsHeldFromOneThatComesTwice)
{
    EXPECT_EQ(ctc_texts(scores_of({{0, 1}, {0, 1}, {1, 0}}), 8).front().classes, "\1");
    EXPECT_EQ(ctc_texts(scores_of({{0, 1}, {1, 0}, {0, 1}}), 8).front().classes, "\1\1");
}

TEST(Ctc, PrefersTheTextToTheLikeliestPath)
{
    // The likeliest path is blank, blank (0.36); "1" has three paths of 0.24 + 0.24 + 0.16.
    const auto texts = ctc_texts(scores_of({{0.6, 0.4}, {0.6, 0.4}}), 8);
    EXPECT_EQ(texts.front().classes, "\1");
    EXPECT_NEAR(texts.front().probability, 0.64, 1e-6);
}

TEST(Ctc, FollowsNoMoreTextsThanItMayAndNoneWithoutEnd)
{
    const std::vector<std::vector<double>> loud(40, {0.2, 0.4, 0.4});
    const auto texts = ctc_texts(scores_of(loud), 16);
    EXPECT_LE(texts.size(), 16U);
    for (const auto& text : texts)
        EXPECT_LE(text.classes.size(), 12U);
}

} // namespace
} // namespace gatehouse::vision::plates
