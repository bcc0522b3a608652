#include "tests/sim/views.hpp"

#include "tests/sim/canvas.hpp"

#include <fmt/chrono.h>

#include <functional>

namespace gatehouse::sim {
namespace {

constexpr int width = 640;
constexpr int height = 360;
constexpr int quality = 78;
constexpr Colour white{245, 245, 245};
constexpr Colour black{20, 20, 22};
constexpr std::array<Colour, 6> paints{
    {{200, 204, 208}, {40, 44, 52}, {150, 32, 34}, {38, 66, 120}, {232, 232, 228}, {96, 104, 92}}};

Colour paint_of(std::string_view text)
{
    return paints.at(std::hash<std::string_view>{}(text) % paints.size());
}

bool is_dark(base::WallTime at)
{
    const auto hour = std::chrono::floor<std::chrono::hours>(at) - std::chrono::floor<std::chrono::days>(at);
    return hour < std::chrono::hours(6) || hour >= std::chrono::hours(18);
}

Colour dimmed(Colour colour, bool dark)
{
    const auto part = [dark](std::uint8_t value) {
        return static_cast<std::uint8_t>(dark ? value * 2 / 5 : value);
    };
    return {part(colour.red), part(colour.green), part(colour.blue)};
}

void draw_plate(Canvas& canvas, Point corner, int size, std::string_view plate)
{
    const bool green = is_electric(plate);
    const int signs = green ? 8 : 7;
    const int wide = signs * 6 * size + 5 * size;
    const Colour ground = green ? Colour{120, 200, 140} : Colour{20, 62, 150};
    const Colour ink = green ? black : white;
    canvas.fill(corner, wide, 13 * size, ink);
    canvas.fill({corner.x + size / 2, corner.y + size / 2}, wide - size, 13 * size - size, ground);
    const auto first = std::min<std::size_t>(plate.size(), std::string_view("沪A").size());
    const int next =
        canvas.write({corner.x + 2 * size, corner.y + 3 * size}, plate.substr(0, first), size, ink);
    canvas.write({next + 2 * size, corner.y + 3 * size}, plate.substr(first), size, ink);
}

void draw_ground(Canvas& canvas, bool dark)
{
    canvas.shade({0, 0}, width, 140, dimmed({150, 186, 214}, dark), dimmed({214, 224, 228}, dark));
    for (int n = 0; n < 5; ++n) { // houses behind
        const Point corner{n * 140 - 30, 36 + n % 3 * 14};
        canvas.fill(corner, 120, 120, dimmed({196, 178, 154}, dark));
        for (int window = 0; window < 12; ++window)
            canvas.fill({corner.x + 14 + window % 4 * 26, corner.y + 14 + window / 4 * 30}, 14, 16,
                        dark && (window + n) % 3 == 0 ? Colour{238, 204, 120} : dimmed({96, 112, 124}, dark));
    }
    canvas.shade({0, 140}, width, height - 140, dimmed({126, 128, 126}, dark), dimmed({92, 94, 94}, dark));
    canvas.polygon({{300, 140}, {308, 140}, {316, height}, {284, height}}, dimmed({206, 200, 150}, dark));
}

void draw_barrier(Canvas& canvas, bool dark)
{
    canvas.fill({66, 130}, 34, 110, dimmed({226, 150, 40}, dark));
    for (int n = 0; n < 14; ++n)
        canvas.fill({100 + n * 34, 146}, 34, 12, dimmed(n % 2 == 0 ? Colour{204, 40, 36} : white, dark));
}

void draw_car(Canvas& canvas, std::string_view plate, bool dark)
{
    const auto body = dimmed(paint_of(plate), dark);
    const auto glass = dimmed({52, 66, 78}, dark);
    canvas.disc({320, 330}, 190, 18, dimmed({58, 60, 60}, dark));
    canvas.polygon({{230, 150}, {410, 150}, {452, 222}, {188, 222}}, body);
    canvas.polygon({{238, 158}, {402, 158}, {434, 216}, {206, 216}}, glass);
    canvas.polygon({{188, 220}, {452, 220}, {476, 262}, {164, 262}}, body);
    canvas.fill({160, 256}, 320, 60, body);
    canvas.fill({256, 262}, 128, 18, dimmed(black, dark)); // grille
    for (const int side : {-1, 1}) {
        canvas.disc({320 + side * 124, 270}, 26, 12, dark ? Colour{255, 250, 220} : Colour{228, 232, 236});
        canvas.fill({320 + side * 136 - 18, 306}, 36, 26, dimmed(black, dark)); // wheels
    }
    if (dark) canvas.polygon({{150, 300}, {490, 300}, {560, height}, {80, height}}, {104, 104, 96});
    draw_plate(canvas, {320 - (is_electric(plate) ? 80 : 70), 284}, 3, plate);
}

void draw_somebody(Canvas& canvas, Point feet, int tall, Colour clothes)
{
    const int part = tall / 8;
    canvas.fill({feet.x - part, feet.y - 4 * part}, part * 7 / 8, 4 * part, black);
    canvas.fill({feet.x + part / 8, feet.y - 4 * part}, part * 7 / 8, 4 * part, black);
    canvas.disc({feet.x, feet.y - 5 * part}, part * 3 / 2, 2 * part, clothes);
    canvas.disc({feet.x, feet.y - 7 * part - part / 2}, part * 3 / 4, part, {128, 118, 110});
}

Jpeg finished(Canvas& canvas, base::WallTime at, std::string_view where)
{
    const auto stamp = fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(at));
    canvas.write({13, 13}, stamp, 2, black);
    canvas.write({12, 12}, stamp, 2, white);
    canvas.write({12, height - 26}, where, 2, white);
    canvas.grain(6, static_cast<std::uint64_t>(at.time_since_epoch().count()));
    return std::make_shared<const std::string>(canvas.jpeg(quality));
}

} // namespace

bool is_electric(std::string_view plate)
{
    return plate.size() > std::string_view("沪A12345").size();
}

Jpeg gate_view(std::string_view plate, base::WallTime at)
{
    const bool dark = is_dark(at);
    Canvas canvas(width, height);
    draw_ground(canvas, dark);
    draw_barrier(canvas, dark);
    if (!plate.empty()) draw_car(canvas, plate, dark);
    return finished(canvas, at, "GATE");
}

Jpeg plate_view(std::string_view plate)
{
    Canvas canvas(260, 80);
    canvas.shade({0, 0}, 260, 80, {70, 74, 78}, {40, 42, 46});
    draw_plate(canvas, {is_electric(plate) ? 24 : 36, 14}, 4, plate);
    canvas.grain(8, std::hash<std::string_view>{}(plate));
    return std::make_shared<const std::string>(canvas.jpeg(quality));
}

Jpeg door_view(std::string_view who, bool somebody, base::WallTime at)
{
    const bool dark = is_dark(at);
    Canvas canvas(width, height);
    canvas.shade({0, 0}, width, height, dimmed({204, 196, 184}, dark), dimmed({150, 142, 132}, dark));
    canvas.fill({210, 40}, 220, height - 40, dimmed({92, 74, 58}, dark));
    canvas.fill({222, 52}, 92, height - 52, dimmed({128, 150, 160}, dark));
    canvas.fill({326, 52}, 92, height - 52, dimmed({128, 150, 160}, dark));
    if (somebody) draw_somebody(canvas, {320, height + 150}, 440, paint_of(who));
    return finished(canvas, at, "DOOR");
}

Jpeg yard_view(bool somebody, base::WallTime at)
{
    const bool dark = is_dark(at);
    Canvas canvas(width, height);
    draw_ground(canvas, dark);
    canvas.polygon({{0, 210}, {150, 150}, {240, 150}, {60, height}, {0, height}},
                   dimmed({88, 128, 74}, dark));
    for (int n = 0; n < 3; ++n)
        canvas.disc({50 + n * 46, 190 - n * 14}, 26, 30, dimmed({64, 104, 58}, dark));
    if (somebody) draw_somebody(canvas, {430, 300}, 130, {70, 84, 110});
    return finished(canvas, at, "YARD");
}

} // namespace gatehouse::sim
