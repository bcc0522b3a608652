#include "tests/sim/canvas.hpp"

#include "gateway/base/random.hpp"

#include <cstdio> // jpeglib.h wants it first
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <numbers>

namespace gatehouse::sim {
namespace {

using Rows = std::array<std::uint16_t, 7>; // of a letter, from the top; the lowest bit is on the right

struct Letter {
    int width;
    Rows rows;
};

// Five columns a letter, ten of half the width for 沪.
const std::map<std::string_view, Letter, std::less<>>& letters()
{
    static const std::map<std::string_view, Letter, std::less<>> known{
        {"0", {5, {14, 17, 19, 21, 25, 17, 14}}}, {"1", {5, {4, 12, 4, 4, 4, 4, 14}}},
        {"2", {5, {14, 17, 1, 2, 4, 8, 31}}},     {"3", {5, {31, 2, 4, 2, 1, 17, 14}}},
        {"4", {5, {2, 6, 10, 18, 31, 2, 2}}},     {"5", {5, {31, 16, 30, 1, 1, 17, 14}}},
        {"6", {5, {6, 8, 16, 30, 17, 17, 14}}},   {"7", {5, {31, 1, 2, 4, 8, 8, 8}}},
        {"8", {5, {14, 17, 17, 14, 17, 17, 14}}}, {"9", {5, {14, 17, 17, 15, 1, 2, 12}}},
        {"A", {5, {14, 17, 17, 31, 17, 17, 17}}}, {"B", {5, {30, 17, 17, 30, 17, 17, 30}}},
        {"C", {5, {14, 17, 16, 16, 16, 17, 14}}}, {"D", {5, {28, 18, 17, 17, 17, 18, 28}}},
        {"E", {5, {31, 16, 16, 30, 16, 16, 31}}}, {"F", {5, {31, 16, 16, 30, 16, 16, 16}}},
        {"G", {5, {14, 17, 16, 23, 17, 17, 15}}}, {"H", {5, {17, 17, 17, 31, 17, 17, 17}}},
        {"I", {5, {14, 4, 4, 4, 4, 4, 14}}},      {"O", {5, {14, 17, 17, 17, 17, 17, 14}}},
        {"J", {5, {7, 2, 2, 2, 2, 18, 12}}},      {"K", {5, {17, 18, 20, 24, 20, 18, 17}}},
        {"L", {5, {16, 16, 16, 16, 16, 16, 31}}}, {"M", {5, {17, 27, 21, 21, 17, 17, 17}}},
        {"N", {5, {17, 17, 25, 21, 19, 17, 17}}}, {"P", {5, {30, 17, 17, 30, 16, 16, 16}}},
        {"Q", {5, {14, 17, 17, 17, 21, 18, 13}}}, {"R", {5, {30, 17, 17, 30, 20, 18, 17}}},
        {"S", {5, {15, 16, 16, 14, 1, 1, 30}}},   {"T", {5, {31, 4, 4, 4, 4, 4, 4}}},
        {"U", {5, {17, 17, 17, 17, 17, 17, 14}}}, {"V", {5, {17, 17, 17, 17, 17, 10, 4}}},
        {"W", {5, {17, 17, 17, 21, 21, 21, 10}}}, {"X", {5, {17, 17, 10, 4, 10, 17, 17}}},
        {"Y", {5, {17, 17, 17, 10, 4, 4, 4}}},    {"Z", {5, {31, 1, 2, 4, 8, 16, 31}}},
        {"-", {5, {0, 0, 0, 31, 0, 0, 0}}},       {":", {5, {0, 4, 4, 0, 4, 4, 0}}},
        {" ", {5, {0, 0, 0, 0, 0, 0, 0}}},        {"沪", {10, {772, 191, 545, 319, 160, 288, 608}}},
    };
    return known;
}

constexpr Letter box{5, {31, 17, 17, 17, 17, 17, 31}};

std::size_t bytes_of(std::string_view rest) // of its first sign in UTF-8
{
    const auto first = static_cast<unsigned char>(rest.front());
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::min(bytes, rest.size());
}

std::uint8_t blend(std::uint8_t from, std::uint8_t to, int part, int whole)
{
    return static_cast<std::uint8_t>(from + (to - from) * part / std::max(whole, 1));
}

} // namespace

Canvas::Canvas(int width, int height)
    : width_(width), height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)
{
}

void Canvas::dot(int x, int y, Colour colour)
{
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
    const auto at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
    pixels_[at] = colour.red;
    pixels_[at + 1] = colour.green;
    pixels_[at + 2] = colour.blue;
}

void Canvas::shade(Point corner, int width, int height, Colour top, Colour bottom)
{
    for (int y = 0; y < height; ++y) {
        const Colour colour{blend(top.red, bottom.red, y, height), blend(top.green, bottom.green, y, height),
                            blend(top.blue, bottom.blue, y, height)};
        for (int x = 0; x < width; ++x)
            dot(corner.x + x, corner.y + y, colour);
    }
}

void Canvas::disc(Point centre, int across, int down, Colour colour)
{
    for (int y = -down; y <= down; ++y)
        for (int x = -across; x <= across; ++x)
            if (x * x * down * down + y * y * across * across <= across * across * down * down)
                dot(centre.x + x, centre.y + y, colour);
}

void Canvas::polygon(const std::vector<Point>& corners, Colour colour)
{
    for (int y = 0; y < height_; ++y) {
        int left = width_;
        int right = -1;
        for (std::size_t n = 0; n < corners.size(); ++n) {
            const auto& from = corners[n];
            const auto& to = corners[(n + 1) % corners.size()];
            if (from.y == to.y || y < std::min(from.y, to.y) || y > std::max(from.y, to.y)) continue;
            const int x = from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y);
            left = std::min(left, x);
            right = std::max(right, x);
        }
        for (int x = std::max(left, 0); x <= right; ++x)
            dot(x, y, colour);
    }
}

int Canvas::write(Point corner, std::string_view text, int size, Colour colour)
{
    while (!text.empty()) {
        const auto bytes = bytes_of(text);
        const auto found = letters().find(text.substr(0, bytes));
        const auto& letter = found == letters().end() ? box : found->second;
        const int dots = std::max(1, size * 5 / letter.width); // the width of one column
        for (int row = 0; row < 7; ++row)
            for (int column = 0; column < letter.width; ++column)
                if ((letter.rows.at(static_cast<std::size_t>(row)) >> (letter.width - 1 - column) & 1U) != 0)
                    fill({corner.x + column * dots, corner.y + row * size}, dots, size, colour);
        corner.x += 6 * size;
        text.remove_prefix(bytes);
    }
    return corner.x;
}

Colour Canvas::at(int x, int y) const
{
    const auto at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
    return {pixels_[at], pixels_[at + 1], pixels_[at + 2]};
}

void Canvas::stroke(const std::vector<Point>& points, int thick, Colour colour)
{
    const int radius = thick / 2;
    for (std::size_t n = 0; n < points.size(); ++n) {
        const auto& from = points[n > 0 ? n - 1 : 0];
        const auto& to = points[n];
        const int steps = std::max({std::abs(to.x - from.x), std::abs(to.y - from.y), 1});
        for (int step = 0; step <= steps; ++step)
            disc({from.x + (to.x - from.x) * step / steps, from.y + (to.y - from.y) * step / steps}, radius,
                 radius, colour);
    }
}

void Canvas::paste(const Canvas& picture, const Placement& where, std::optional<Colour> clear)
{
    const double turn = where.degrees * std::numbers::pi / 180;
    const double across = std::cos(turn) / where.scale; // in the picture, for a step to the right here
    const double down = -std::sin(turn) / where.scale;
    const double reach = where.scale * std::hypot(picture.width_, picture.height_) / 2 + 1;
    constexpr int samples = 3; // in each direction
    for (int y = std::max(0, static_cast<int>(where.centre_y - reach));
         y < std::min(height_, static_cast<int>(where.centre_y + reach)); ++y)
        for (int x = std::max(0, static_cast<int>(where.centre_x - reach));
             x < std::min(width_, static_cast<int>(where.centre_x + reach)); ++x) {
            std::array<int, 3> sum{};
            int hits = 0;
            for (int sample = 0; sample < samples * samples; ++sample) {
                const double dx = x + (sample % samples + 0.5) / samples - where.centre_x;
                const double dy = y + (sample / samples + 0.5) / samples - where.centre_y;
                const auto from_x = std::floor(picture.width_ / 2.0 + dx * across - dy * down);
                const auto from_y = std::floor(picture.height_ / 2.0 + dx * down + dy * across);
                if (from_x < 0 || from_y < 0 || from_x >= picture.width_ || from_y >= picture.height_)
                    continue;
                const auto colour = picture.at(static_cast<int>(from_x), static_cast<int>(from_y));
                if (clear && colour == *clear) continue;
                ++hits;
                sum[0] += colour.red;
                sum[1] += colour.green;
                sum[2] += colour.blue;
            }
            if (hits == 0) continue;
            const auto under = at(x, y);
            const auto mixed = [&](int total, std::uint8_t below) {
                const int shown = static_cast<int>(total * where.brightness);
                return static_cast<std::uint8_t>(
                    std::min(255, (shown + below * (samples * samples - hits)) / (samples * samples)));
            };
            dot(x, y, {mixed(sum[0], under.red), mixed(sum[1], under.green), mixed(sum[2], under.blue)});
        }
}

void Canvas::grain(int strength, std::uint64_t seed)
{
    // One table for a picture, entered at another place in each row: a number for each pixel costs more than
    // the picture.
    base::Random random(seed);
    std::array<std::int16_t, 8192> table{};
    const auto span = 2 * static_cast<std::uint64_t>(strength) + 1;
    for (auto& value : table)
        value = static_cast<std::int16_t>(static_cast<int>(random.next() % span) - strength);
    const auto row = static_cast<std::size_t>(width_) * 3;
    for (std::size_t at = 0; at < pixels_.size(); at += row) {
        const auto shift = random.next();
        for (std::size_t n = 0; n < row; ++n)
            pixels_[at + n] = static_cast<std::uint8_t>(
                std::clamp(pixels_[at + n] + table[(n + shift) % table.size()], 0, 255));
    }
}

std::string Canvas::jpeg(int quality) const
{
    jpeg_error_mgr errors{};
    jpeg_compress_struct work{};
    work.err = jpeg_std_error(&errors);
    jpeg_create_compress(&work);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&work, &bytes, &size);
    work.image_width = static_cast<JDIMENSION>(width_);
    work.image_height = static_cast<JDIMENSION>(height_);
    work.input_components = 3;
    work.in_color_space = JCS_RGB;
    jpeg_set_defaults(&work);
    jpeg_set_quality(&work, quality, TRUE);
    jpeg_start_compress(&work, TRUE);
    while (work.next_scanline < work.image_height) {
        const auto at = static_cast<std::size_t>(work.next_scanline) * static_cast<std::size_t>(width_) * 3;
        JSAMPROW row = const_cast<JSAMPROW>(pixels_.data() + at); // read only
        jpeg_write_scanlines(&work, &row, 1);
    }
    jpeg_finish_compress(&work);
    jpeg_destroy_compress(&work);
    const std::unique_ptr<unsigned char, decltype(&std::free)> owned(bytes, &std::free);
    return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace gatehouse::sim
