#include "tests/sim/rtsp/fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace gatehouse::sim::rtsp {
namespace {

struct Word {
    std::string_view text;
    Sight sight;
    int share; // without a number behind it
};

constexpr std::array<Word, 11> fault_words{{{"off", Sight::clear, 0},
                                            {"freeze", Sight::frozen, 0},
                                            {"black", Sight::black, 0},
                                            {"blur", Sight::blurred, 0},
                                            {"cover", Sight::covered, 90},
                                            {"move", Sight::moved, 12},
                                            {"over_expose", Sight::over_exposed, 0},
                                            {"low_contrast", Sight::low_contrast, 0},
                                            {"colour_cast", Sight::colour_cast, 0},
                                            {"noise", Sight::noisy, 0},
                                            {"stripes", Sight::striped, 0}}};

std::uint8_t bounded(double value)
{
    return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
}

// Every value of the three colours through a line: times `gain`, plus `offset`.
void tone(Canvas& picture, std::array<double, 3> gain, std::array<double, 3> offset)
{
    std::array<std::array<std::uint8_t, 256>, 3> table{};
    for (std::size_t colour = 0; colour < 3; ++colour)
        for (std::size_t value = 0; value < 256; ++value)
            table.at(colour).at(value) =
                bounded(static_cast<double>(value) * gain.at(colour) + offset.at(colour));
    std::size_t colour = 0;
    for (auto& value : picture.pixels()) {
        value = table[colour][value];
        colour = colour == 2 ? 0 : colour + 1;
    }
}

// One row or column of `count` values, `step` bytes apart, becomes the mean of 2 * radius + 1 around each.
void smear(std::uint8_t* line, int count, std::size_t step, int radius, std::vector<int>& sums)
{
    sums.assign(static_cast<std::size_t>(count) + 1, 0);
    for (int n = 0; n < count; ++n)
        sums[static_cast<std::size_t>(n) + 1] =
            sums[static_cast<std::size_t>(n)] + line[static_cast<std::size_t>(n) * step];
    for (int n = 0; n < count; ++n) {
        const int from = std::max(0, n - radius);
        const int to = std::min(count, n + radius + 1);
        line[static_cast<std::size_t>(n) * step] = static_cast<std::uint8_t>(
            (sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) / (to - from));
    }
}

// Two boxes after each other: close to a bell of about 0.6 per cent of the width.
void blur(Canvas& picture)
{
    const int radius = std::max(2, picture.width() / 150);
    const auto row = static_cast<std::size_t>(picture.width()) * 3;
    auto* pixels = picture.pixels().data();
    std::vector<int> sums;
    for (int turn = 0; turn < 2; ++turn)
        for (std::size_t colour = 0; colour < 3; ++colour) {
            for (int y = 0; y < picture.height(); ++y)
                smear(pixels + static_cast<std::size_t>(y) * row + colour, picture.width(), 3, radius, sums);
            for (int x = 0; x < picture.width(); ++x)
                smear(pixels + static_cast<std::size_t>(x) * 3 + colour, picture.height(), row, radius, sums);
        }
}

void move_aside(Canvas& picture, int pixels)
{
    const auto row = static_cast<std::ptrdiff_t>(picture.width()) * 3;
    const auto shift = static_cast<std::ptrdiff_t>(pixels) * 3 % row;
    auto all = picture.pixels();
    for (auto at = all.begin(); at != all.end(); at += row)
        std::rotate(at, at + shift, at + row);
}

void stripes(Canvas& picture, std::uint64_t seed)
{
    const int period = std::max(4, picture.height() / 30);
    for (int y = 0; y < picture.height(); ++y)
        if ((y + static_cast<int>(seed % static_cast<unsigned>(period))) % period < period / 2)
            picture.fill({0, y}, picture.width(), 1, {210, 214, 208});
}

} // namespace

std::optional<Fault> parse_fault(std::string_view word, std::string_view share)
{
    const auto* const found = std::find_if(fault_words.begin(), fault_words.end(),
                                           [&](const Word& known) { return known.text == word; });
    if (found == fault_words.end()) return std::nullopt;
    Fault fault{found->sight, found->share};
    if (share.empty()) return fault;
    const auto [end, failure] = std::from_chars(share.data(), share.data() + share.size(), fault.share);
    if (failure != std::errc() || fault.share < 0 || fault.share > 100) return std::nullopt;
    return fault;
}

void spoil(Canvas& picture, const Fault& fault, std::uint64_t seed)
{
    const int width = picture.width();
    switch (fault.sight) {
    case Sight::clear:
    case Sight::frozen: return;
    case Sight::black: return tone(picture, {0.01, 0.01, 0.01}, {3, 3, 3});
    case Sight::blurred: return blur(picture);
    case Sight::covered:
        return picture.fill({0, 0}, width * fault.share / 100, picture.height(), {66, 62, 60});
    case Sight::moved: return move_aside(picture, width * fault.share / 100);
    case Sight::over_exposed: return tone(picture, {0.3, 0.3, 0.3}, {200, 200, 200});
    case Sight::low_contrast: return tone(picture, {0.12, 0.12, 0.12}, {105, 105, 105});
    case Sight::colour_cast: return tone(picture, {0.6, 0.55, 0.55}, {102, 8, 16});
    case Sight::noisy: return picture.grain(70, seed);
    case Sight::striped: return stripes(picture, seed);
    }
}

} // namespace gatehouse::sim::rtsp
