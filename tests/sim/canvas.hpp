#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Colour&) const = default;
};

struct Point {
    int x = 0;
    int y = 0;
};

// Where a picture is put into another one, in pixels of that one; turned about its centre.
struct Placement {
    double centre_x = 0;
    double centre_y = 0;
    double scale = 1;
    double degrees = 0;
    double brightness = 1;
};

// Surfaces, outlines and letters in pixels; what lies outside is not drawn.
class Canvas {
public:
    Canvas(int width, int height);

    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }

    // From one colour at the top to another at the bottom.
    void shade(Point corner, int width, int height, Colour top, Colour bottom);
    void fill(Point corner, int width, int height, Colour colour)
    {
        shade(corner, width, height, colour, colour);
    }
    void disc(Point centre, int across, int down, Colour colour);
    // Convex.
    void polygon(const std::vector<Point>& corners, Colour colour);
    // Capital letters, digits, "-", ":" and 沪, each 6 * size wide and 7 * size high; another sign is a box.
    // Returns where it ends.
    int write(Point corner, std::string_view text, int size, Colour colour);
    // A line with round ends through these points, `thick` pixels wide.
    void stroke(const std::vector<Point>& points, int thick, Colour colour);
    // Another picture, scaled and turned, every pixel the mean of what falls into it; pixels of the colour
    // `clear` let this one through.
    void paste(const Canvas& picture, const Placement& where, std::optional<Colour> clear = std::nullopt);
    // What a camera's sensor adds; `seed` names the pattern.
    void grain(int strength, std::uint64_t seed);

    [[nodiscard]] std::string jpeg(int quality) const;

    // Red, green, blue, row by row.
    [[nodiscard]] std::span<std::uint8_t> pixels() { return pixels_; }
    [[nodiscard]] std::span<const std::uint8_t> pixels() const { return pixels_; }
    [[nodiscard]] Colour at(int x, int y) const;

private:
    void dot(int x, int y, Colour colour);

    int width_;
    int height_;
    std::vector<std::uint8_t> pixels_;
};

} // namespace gatehouse::sim
