#pragma once
#include "gateway/base/clock.hpp"
#include "tests/sim/canvas.hpp"
#include "tests/sim/rtsp/fault.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sim::rtsp {

// What stands in front of a camera at one moment.
struct Shot {
    base::WallTime at{}; // the camera's own time, as it stands in the picture
    bool clock = true;   // it stands there
    std::string plate;   // of the car; empty: there is none
    double driven = 0;   // 0: just come into sight; 1: at the barrier; 2: gone past the camera
    bool night = false;  // infrared: grey, dark, headlights, and plates that shine
    Fault fault;
    std::uint64_t frame = 0; // names the noise of this frame
};

// A gate as its camera sees it: houses, trees that move in the wind, a car that drives up with its plate. A
// camera at 1280x720 sees a plate of about 200 pixels at the barrier. Drawn for nets as well as for people:
// edges are smooth, surfaces have texture, the sensor adds noise.
class Yard {
public:
    // `number` tells yards apart; `title` stands in the picture.
    Yard(int width, int height, std::uint64_t number, std::string title);

    [[nodiscard]] Canvas draw(const Shot& shot);

private:
    [[nodiscard]] Canvas ground() const;
    void draw_houses(Canvas& canvas) const;
    void draw_street(Canvas& canvas) const;
    void draw_lamps(Canvas& canvas) const;
    void draw_trees(Canvas& canvas, const Shot& shot) const;
    void draw_car(Canvas& canvas, const Shot& shot);
    void draw_texts(Canvas& canvas, const Shot& shot) const;
    [[nodiscard]] int scaled(double pixels) const;
    // Design coordinates, 1280 wide.
    void fill(Canvas& canvas, double x, double y, double width, double height, Colour colour) const;
    void polygon(Canvas& canvas, const std::vector<Point>& corners, Colour colour) const;
    void disc(Canvas& canvas, double x, double y, double across, double down, Colour colour) const;

    int width_;
    int height_;
    double factor_; // pixels for one of 1280
    std::uint64_t number_;
    std::string title_;
    Canvas day_;
    Canvas night_;
    std::unique_ptr<Canvas> car_; // the one drawn last
    std::string car_plate_;
    bool car_night_ = false;
};

} // namespace gatehouse::sim::rtsp
