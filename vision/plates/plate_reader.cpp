#include "vision/plates/plate_reader.hpp"

#include "vision/plates/ctc.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr std::size_t beam = 24; // texts followed at a time

ColourShares shares_of(const cv::Mat& scores)
{
    ColourShares shares{};
    const auto* score = scores.ptr<float>();
    const auto highest = *std::max_element(score, score + shares.size());
    double sum = 0;
    for (std::size_t i = 0; i < shares.size(); ++i)
        sum += shares.at(i) = std::exp(score[i] - highest);
    for (auto& share : shares)
        share /= sum;
    return shares;
}

std::string text_of(const std::string& classes)
{
    std::string text;
    for (const char code : classes)
        text += reader_characters.at(static_cast<std::size_t>(code) - 1);
    return text;
}

void add(std::vector<Candidate>& texts, std::string text, double probability)
{
    const auto same =
        std::find_if(texts.begin(), texts.end(), [&](const Candidate& c) { return c.text == text; });
    if (same == texts.end())
        texts.push_back({std::move(text), probability, {}});
    else
        same->probability += probability;
}

} // namespace

PlateReader::PlateReader(Network network) : network_(std::move(network)) {}

base::Result<PlateReader> PlateReader::load(std::string_view onnx)
{
    auto network = Network::load(onnx, {"text", "colour"});
    if (!network) return network.error();
    return PlateReader(std::move(*network));
}

base::Result<Reading> PlateReader::read(std::span<const cv::Mat> cuts)
{
    Heard heard;
    for (const auto& cut : cuts)
        if (const auto done = hear(cut, 1.0 / static_cast<double>(cuts.size()), heard); !done)
            return done.error();
    return rank(std::move(heard.texts), heard.shares);
}

base::Result<void> PlateReader::hear(const cv::Mat& cut, double weight, Heard& heard)
{
    const auto outputs = network_.run(cv::dnn::blobFromImage(cut));
    if (!outputs) return outputs.error();
    const auto& text = outputs->at(0); // 1 x steps x classes
    if (text.dims != 3 || text.size[2] != static_cast<int>(reader_characters.size()) + 1 ||
        outputs->at(1).total() != colours.size())
        return base::Errc::failed;
    const cv::Mat scores(text.size[1], text.size[2], CV_32F, const_cast<float*>(text.ptr<float>()));
    for (const auto& one : ctc_texts(scores, beam))
        add(heard.texts, text_of(one.classes), one.probability * weight);
    const auto shares = shares_of(outputs->at(1));
    for (std::size_t i = 0; i < shares.size(); ++i)
        heard.shares.at(i) += shares.at(i) * weight;
    return {};
}

} // namespace gatehouse::vision::plates
