#include "tests/sim/rtsp/plate.hpp"

#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace gatehouse::sim::rtsp {
namespace {

constexpr int per_mm = 2; // pixels
constexpr int plate_height = 140;
constexpr double margin = 15.5;
constexpr double cell_width = 45;
constexpr double cell_top = 25;
constexpr Colour ink_white{244, 244, 240};
constexpr Colour ink_black{18, 18, 20};

struct Spot { // in millimetres
    double x = 0;
    double y = 0;
};

struct Stroke {
    double pen = 0;
    std::vector<Spot> middle;
};

using Glyph = std::vector<Stroke>;

// One glyph: "10.5 5.2,22.0 6.2,16.3 ; 8.0 ...".
Glyph parse_glyph(std::istream& words)
{
    Glyph glyph(1);
    for (std::string word; words >> word;) {
        std::istringstream numbers(word);
        double first = 0;
        char comma = 0;
        Spot spot;
        if (word == ";")
            glyph.emplace_back();
        else if (numbers >> first >> comma >> spot.y) {
            spot.x = first;
            glyph.back().middle.push_back(spot);
        } else
            glyph.back().pen = first;
    }
    return glyph;
}

// By series and character: "plain沪", "green5".
const std::map<std::string, Glyph, std::less<>>& glyphs()
{
    static const auto known = [] {
        std::map<std::string, Glyph, std::less<>> all;
        std::istringstream lines{std::string(glyph_lines)};
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string series;
            std::string character;
            if (line.starts_with('#') || !(words >> series >> character)) continue;
            all[series + character] = parse_glyph(words);
        }
        return all;
    }();
    return known;
}

const Glyph* shape_of(const std::string& character, bool green)
{
    auto found = glyphs().find((green ? "green" : "plain") + character);
    if (found == glyphs().end()) found = glyphs().find("plain" + character);
    return found == glyphs().end() ? nullptr : &found->second;
}

std::vector<std::string> characters_of(std::string_view text)
{
    std::vector<std::string> out;
    for (const char byte : text) {
        const bool follows = (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
        if (!follows || out.empty()) out.emplace_back();
        out.back() += byte;
    }
    return out;
}

struct Look {
    Colour top;
    Colour bottom;
    Colour ink;
    bool green = false;
};

Look look_of(std::string_view text, std::size_t characters)
{
    const auto has = [text](std::string_view sign) { return text.find(sign) != std::string_view::npos; };
    if (has("警")) return {{232, 232, 228}, {222, 222, 220}, ink_black};
    if (has("使") || has("港") || has("澳")) return {{26, 26, 28}, {22, 22, 24}, ink_white};
    if (has("学") || has("挂")) return {{238, 178, 24}, {230, 166, 20}, ink_black};
    if (characters >= 8) return {{214, 234, 222}, {84, 186, 116}, ink_black, true};
    return {{22, 74, 172}, {18, 66, 158}, ink_white};
}

// A stroke ends flat and turns round.
void draw_stroke(Canvas& plate, const Stroke& stroke, double left, double squeeze, Colour ink)
{
    const double half = stroke.pen * per_mm / 2;
    std::vector<Spot> at;
    for (const auto& spot : stroke.middle)
        at.push_back({(left + spot.x * squeeze) * per_mm, (cell_top + spot.y) * per_mm});
    const auto dot = [](double x, double y) {
        return Point{static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
    };
    for (std::size_t n = 1; n < at.size(); ++n) {
        const double length = std::hypot(at[n].x - at[n - 1].x, at[n].y - at[n - 1].y);
        const double across_x = -(at[n].y - at[n - 1].y) / length * half;
        const double across_y = (at[n].x - at[n - 1].x) / length * half;
        plate.polygon({dot(at[n - 1].x + across_x, at[n - 1].y + across_y),
                       dot(at[n].x + across_x, at[n].y + across_y),
                       dot(at[n].x - across_x, at[n].y - across_y),
                       dot(at[n - 1].x - across_x, at[n - 1].y - across_y)},
                      ink);
        const int radius = static_cast<int>(half);
        if (n + 1 < at.size()) plate.disc(dot(at[n].x, at[n].y), radius, radius, ink);
    }
}

void draw_frame(Canvas& plate, const Look& look)
{
    const int width = plate.width();
    const int height = plate.height();
    plate.shade({0, 0}, width, height, look.top, look.bottom);
    constexpr int edge = 5;
    constexpr int line = 3;
    plate.fill({edge, edge}, width - 2 * edge, line, look.ink);
    plate.fill({edge, height - edge - line}, width - 2 * edge, line, look.ink);
    plate.fill({edge, edge}, line, height - 2 * edge, look.ink);
    plate.fill({width - edge - line, edge}, line, height - 2 * edge, look.ink);
    for (const int x : {width / 4, width * 3 / 4}) // screws
        for (const int y : {22, height - 22})
            plate.disc({x, y}, 8, 8, {168, 170, 172});
}

} // namespace

Canvas draw_plate(std::string_view text)
{
    const auto characters = characters_of(text);
    const auto look = look_of(text, characters.size());
    Canvas plate((look.green ? 480 : 440) * per_mm, plate_height * per_mm);
    draw_frame(plate, look);
    const double later_width = look.green ? 43 : cell_width; // from the second on
    const double gap = look.green ? 9 : 12;
    double left = margin;
    for (std::size_t n = 0; n < characters.size(); ++n) {
        const double width = n == 0 ? cell_width : later_width;
        const bool red = characters[n] == "警";
        if (const auto* glyph = shape_of(characters[n], look.green))
            for (const auto& stroke : *glyph)
                draw_stroke(plate, stroke, left, width / cell_width, red ? Colour{196, 30, 34} : look.ink);
        left += width + gap;
        if (n != 1) continue;
        constexpr double behind_office = 34; // to the third character, the dot in its middle
        if (!look.green)
            plate.disc({static_cast<int>((left - gap + behind_office / 2) * per_mm), plate.height() / 2}, 10,
                       10, look.ink);
        left += (look.green ? 49 : behind_office) - gap;
    }
    return plate;
}

} // namespace gatehouse::sim::rtsp
