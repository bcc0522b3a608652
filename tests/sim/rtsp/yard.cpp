#include "tests/sim/rtsp/yard.hpp"

#include "gateway/base/random.hpp"
#include "tests/sim/rtsp/car.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gatehouse::sim::rtsp {
namespace {

constexpr double design_width = 1280;
constexpr double horizon = 230;
constexpr int sensor_noise = 4;
constexpr Colour white{240, 240, 240};
constexpr Colour black{16, 16, 16};

std::string upper(std::string text) // the canvas has capital letters
{
    for (auto& letter : text)
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    return text;
}

// Grey and dark: what infrared light leaves of colours.
void darken(Canvas& canvas)
{
    auto pixels = canvas.pixels();
    for (std::size_t at = 0; at < pixels.size(); at += 3) {
        const double luma = 0.3 * pixels[at] + 0.59 * pixels[at + 1] + 0.11 * pixels[at + 2];
        const auto grey = static_cast<std::uint8_t>(14 + luma * 0.33);
        pixels[at] = pixels[at + 1] = pixels[at + 2] = grey;
    }
}

// Stains of some pixels across, the same for ever: without them walls and asphalt are flat.
void roughen(Canvas& canvas, int size, int strength, std::uint64_t seed)
{
    const auto columns = static_cast<std::size_t>(canvas.width() / size + 2);
    const auto rows = static_cast<std::size_t>(canvas.height() / size + 2);
    base::Random random(seed);
    std::vector<double> stains(columns * rows);
    for (auto& stain : stains)
        stain = (random.uniform() * 2 - 1) * strength;
    auto pixels = canvas.pixels();
    std::size_t at = 0;
    for (int y = 0; y < canvas.height(); ++y)
        for (int x = 0; x < canvas.width(); ++x, at += 3) {
            const auto corner =
                static_cast<std::size_t>(y / size) * columns + static_cast<std::size_t>(x / size);
            const double right = static_cast<double>(x % size) / size;
            const double down = static_cast<double>(y % size) / size;
            const double stain =
                (stains[corner] * (1 - right) + stains[corner + 1] * right) * (1 - down) +
                (stains[corner + columns] * (1 - right) + stains[corner + columns + 1] * right) * down;
            for (std::size_t colour = 0; colour < 3; ++colour)
                pixels[at + colour] =
                    static_cast<std::uint8_t>(std::clamp(pixels[at + colour] + stain, 0.0, 255.0));
        }
}

} // namespace

Yard::Yard(int width, int height, std::uint64_t number, std::string title)
    : width_(width), height_(height), factor_(width / design_width), number_(number),
      title_(upper(std::move(title))), day_(ground()), night_(day_)
{
    darken(night_);
    draw_lamps(night_);
}

int Yard::scaled(double pixels) const
{
    return static_cast<int>(std::lround(pixels * factor_));
}

void Yard::fill(Canvas& canvas, double x, double y, double width, double height, Colour colour) const
{
    canvas.fill({scaled(x), scaled(y)}, scaled(width), scaled(height), colour);
}

void Yard::polygon(Canvas& canvas, const std::vector<Point>& corners, Colour colour) const
{
    std::vector<Point> there;
    for (const auto& corner : corners)
        there.push_back({scaled(corner.x), scaled(corner.y)});
    canvas.polygon(there, colour);
}

void Yard::disc(Canvas& canvas, double x, double y, double across, double down, Colour colour) const
{
    canvas.disc({scaled(x), scaled(y)}, scaled(across), scaled(down), colour);
}

Canvas Yard::ground() const
{
    Canvas canvas(width_, height_);
    canvas.shade({0, 0}, width_, scaled(horizon), {132, 168, 202}, {206, 216, 220});
    draw_houses(canvas);
    draw_street(canvas);
    roughen(canvas, std::max(2, scaled(5)), 14, number_);
    roughen(canvas, std::max(2, scaled(90)), 16, number_ + 1);
    return canvas;
}

void Yard::draw_houses(Canvas& canvas) const
{
    base::Random random(number_ + 2);
    for (int house = 0; house < 6; ++house) {
        const double left = house * 230 - 60 + random.uniform() * 50;
        const double top = 30 + random.uniform() * 90;
        const auto shade = static_cast<std::uint8_t>(130 + random.next() % 70);
        fill(canvas, left, top, 205, horizon - top,
             {shade, static_cast<std::uint8_t>(shade - 18), static_cast<std::uint8_t>(shade - 40)});
        for (double y = top + 18; y < horizon - 30; y += 42)
            for (double x = left + 14; x < left + 180; x += 38) {
                fill(canvas, x - 2, y - 2, 24, 30, {214, 210, 200});
                fill(canvas, x, y, 20, 26,
                     random.next() % 4 == 0 ? Colour{150, 140, 96} : Colour{52, 62, 74});
            }
    }
}

void Yard::draw_street(Canvas& canvas) const
{
    canvas.shade({0, scaled(horizon)}, width_, height_ - scaled(horizon), {118, 120, 116}, {78, 80, 80});
    const int bottom = static_cast<int>(height_ / factor_);
    polygon(canvas, {{0, 236}, {470, 236}, {90, bottom}, {0, bottom}}, {84, 118, 66}); // grass
    polygon(canvas, {{840, 236}, {1280, 236}, {1280, bottom}, {1190, bottom}}, {92, 112, 74});
    polygon(canvas, {{470, 236}, {486, 236}, {130, bottom}, {90, bottom}}, {176, 172, 160}); // kerbs
    polygon(canvas, {{826, 236}, {840, 236}, {1190, bottom}, {1150, bottom}}, {176, 172, 160});
    for (int n = 0; n < 40; ++n) { // a fence
        fill(canvas, 850 + n * 11, 196, 4, 60 + n, {70, 76, 70});
        fill(canvas, n * 11, 200, 4, 66 - n, {70, 76, 70});
    }
    fill(canvas, 846, 206, 434, 5, {70, 76, 70});
    fill(canvas, 96, 300, 66, 250, {222, 140, 34}); // the barrier's box, its boom up
    fill(canvas, 104, 316, 50, 60, {60, 60, 64});
    for (int n = 0; n < 8; ++n)
        fill(canvas, 120, 20 + n * 35, 18, 35, n % 2 == 0 ? Colour{190, 40, 36} : white);
    fill(canvas, 1064, 290, 150, 210, {188, 190, 186}); // the guard's house
    fill(canvas, 1078, 310, 122, 84, {58, 74, 86});
    fill(canvas, 1064, 278, 160, 14, {120, 54, 46});
}

// Lamps over the street, and what they light.
void Yard::draw_lamps(Canvas& canvas) const
{
    for (const double x : {300.0, 980.0}) {
        for (int ring = 4; ring > 0; --ring) {
            const auto light = static_cast<std::uint8_t>(150 - ring * 22);
            disc(canvas, x, 470, ring * 46, ring * 17, {light, light, light});
        }
        fill(canvas, x - 4, 96, 8, 370, {58, 58, 58});
        disc(canvas, x, 92, 34, 16, {250, 250, 250});
    }
}

void Yard::draw_trees(Canvas& canvas, const Shot& shot) const
{
    base::Random random(number_ + 3);
    const double seconds = static_cast<double>(shot.at.time_since_epoch().count() % 3'600'000) / 1000;
    for (int tree = 0; tree < 3; ++tree) {
        const double x = tree == 2 ? 1010 : 240 + tree * 130;
        const double y = 212 - tree * 8;
        fill(canvas, x - 5, y, 10, 70, shot.night ? Colour{30, 30, 30} : Colour{84, 66, 50});
        for (int leaf = 0; leaf < 22; ++leaf) {
            const double sway = 3.5 * std::sin(seconds * 1.3 + leaf + tree * 2);
            const auto green = static_cast<std::uint8_t>(74 + random.next() % 60);
            const auto dark = static_cast<std::uint8_t>(green / 3 + 8);
            const auto half = static_cast<std::uint8_t>(green / 2);
            const double leaf_x = x + (random.uniform() - 0.5) * 92 + sway;
            const double leaf_y = y - 30 + (random.uniform() - 0.5) * 78;
            disc(canvas, leaf_x, leaf_y, 15, 12,
                 shot.night ? Colour{dark, dark, dark}
                            : Colour{half, green, static_cast<std::uint8_t>(half - 8)});
        }
    }
}

void Yard::draw_car(Canvas& canvas, const Shot& shot)
{
    if (shot.plate.empty()) return;
    if (!car_ || car_plate_ != shot.plate || car_night_ != shot.night) {
        car_ = std::make_unique<Canvas>(rtsp::draw_car(shot.plate, shot.night));
        car_plate_ = shot.plate;
        car_night_ = shot.night;
    }
    // Five lengths away at first, one at the barrier, then below the camera.
    const double away = shot.driven < 1 ? 5 - 4 * shot.driven : 1 / (1 + 2 * (shot.driven - 1));
    Placement where;
    where.scale = 0.5 / away * factor_;
    where.centre_x = (660 - 60 * (1 - 1 / away)) * factor_;
    where.centre_y = (horizon + 215 / away) * factor_;
    where.degrees = 1.5;
    const double shadow_y = where.centre_y + where.scale * car_->height() * 0.47;
    const auto ink = static_cast<std::uint8_t>(shot.night ? 22 : 48);
    canvas.disc({static_cast<int>(where.centre_x), static_cast<int>(shadow_y)},
                static_cast<int>(car_->width() * where.scale * 0.48),
                static_cast<int>(car_->height() * where.scale * 0.06), {ink, ink, ink});
    canvas.paste(*car_, where, nothing);
}

void Yard::draw_texts(Canvas& canvas, const Shot& shot) const
{
    const int size = std::max(1, scaled(4));
    const auto stamp = fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(shot.at));
    const auto write = [&](Point corner, std::string_view text) {
        canvas.write({corner.x + std::max(1, size / 3), corner.y + std::max(1, size / 3)}, text, size, black);
        canvas.write(corner, text, size, white);
    };
    if (shot.clock) write({scaled(24), scaled(20)}, stamp);
    write({scaled(24), height_ - scaled(48)}, title_);
}

Canvas Yard::draw(const Shot& shot)
{
    Canvas canvas = shot.night ? night_ : day_;
    draw_trees(canvas, shot);
    draw_car(canvas, shot);
    canvas.grain(sensor_noise, shot.frame);
    spoil(canvas, shot.fault, shot.frame);
    draw_texts(canvas, shot);
    return canvas;
}

} // namespace gatehouse::sim::rtsp
