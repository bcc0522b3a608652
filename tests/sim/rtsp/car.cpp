#include "tests/sim/rtsp/car.hpp"

#include "tests/sim/rtsp/plate.hpp"

#include <array>
#include <functional>

namespace gatehouse::sim::rtsp {
namespace {

constexpr int car_width = 1000;
constexpr int car_height = 840;
constexpr double plate_scale = 0.44; // of two pixels a millimetre
constexpr std::array<Colour, 6> paints{
    {{196, 200, 204}, {44, 48, 56}, {142, 30, 34}, {40, 66, 116}, {226, 226, 222}, {98, 104, 92}}};

Colour times(Colour colour, double factor)
{
    const auto part = [factor](std::uint8_t value) {
        return static_cast<std::uint8_t>(std::min(255.0, value * factor));
    };
    return {part(colour.red), part(colour.green), part(colour.blue)};
}

void draw_body(Canvas& car, Colour paint)
{
    const auto dark = times(paint, 0.72);
    const Colour glass{48, 60, 70};
    const Colour tyre{24, 24, 26};
    car.fill({70, 640}, 150, 180, tyre);
    car.fill({780, 640}, 150, 180, tyre);
    car.polygon({{250, 40}, {750, 40}, {870, 310}, {130, 310}}, paint);               // cabin
    car.polygon({{278, 70}, {722, 70}, {826, 296}, {174, 296}}, glass);               // windscreen
    car.polygon({{300, 80}, {470, 80}, {380, 290}, {190, 290}}, {84, 98, 108});       // the sky in it
    car.polygon({{130, 306}, {870, 306}, {950, 470}, {50, 470}}, times(paint, 1.06)); // bonnet
    car.polygon({{300, 316}, {312, 316}, {260, 466}, {244, 466}}, dark);
    car.polygon({{688, 316}, {700, 316}, {756, 466}, {740, 466}}, dark);
    car.fill({40, 466}, 920, 240, paint);
    car.fill({40, 700}, 920, 60, dark);
    car.fill({30, 240}, 80, 60, dark); // mirrors
    car.fill({890, 240}, 80, 60, dark);
    car.fill({300, 480}, 400, 84, tyre); // grille
    for (int bar = 0; bar < 4; ++bar)
        car.fill({306, 488 + bar * 20}, 388, 8, {150, 152, 156});
    car.fill({200, 716}, 600, 36, tyre);
}

void draw_lights(Canvas& car, bool night)
{
    for (const int x : {160, 840}) {
        car.disc({x, 520}, 104, 46, night ? Colour{120, 120, 120} : Colour{92, 96, 102});
        car.disc({x, 520}, night ? 84 : 78, night ? 40 : 34,
                 night ? Colour{255, 255, 255} : Colour{206, 212, 218});
    }
}

void make_infrared(Canvas& car)
{
    auto pixels = car.pixels();
    for (std::size_t at = 0; at < pixels.size(); at += 3) {
        if (Colour{pixels[at], pixels[at + 1], pixels[at + 2]} == nothing) continue;
        const double luma = 0.3 * pixels[at] + 0.59 * pixels[at + 1] + 0.11 * pixels[at + 2];
        pixels[at] = pixels[at + 1] = pixels[at + 2] = static_cast<std::uint8_t>(12 + luma * 0.36);
    }
}

// It throws infrared light back to where it comes from, its ground too.
Canvas shining(Canvas plate)
{
    auto pixels = plate.pixels();
    for (std::size_t at = 0; at < pixels.size(); at += 3) {
        const double luma = 0.3 * pixels[at] + 0.59 * pixels[at + 1] + 0.11 * pixels[at + 2];
        pixels[at] = pixels[at + 1] = pixels[at + 2] = static_cast<std::uint8_t>(16 + luma * 0.86);
    }
    return plate;
}

} // namespace

Canvas draw_car(std::string_view plate, bool night)
{
    Canvas car(car_width, car_height);
    car.fill({0, 0}, car_width, car_height, nothing);
    draw_body(car, paints.at(std::hash<std::string_view>{}(plate) % paints.size()));
    if (night) make_infrared(car);
    draw_lights(car, night);
    const Canvas drawn = draw_plate(plate);
    Placement where;
    where.centre_x = car_width / 2.0;
    where.centre_y = 634;
    where.scale = plate_scale;
    car.paste(night ? shining(drawn) : drawn, where);
    return car;
}

} // namespace gatehouse::sim::rtsp
