#include "tests/unit/vision/plates/drawn_plate.hpp"

#include <opencv2/imgproc.hpp>

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace gatehouse::vision::plates::drawn {
namespace {

constexpr double scale = 4;       // pixels a millimetre
constexpr double cell_width = 45; // millimetres, height twice that; glyphs.txt is drawn in it
constexpr int fraction_bits = 4;  // of OpenCV's drawing coordinates
constexpr double subpixels = 1 << fraction_bits;

struct Stroke {
    double pen = 0;
    std::vector<cv::Point2d> points;
};
using Glyph = std::vector<Stroke>;

Stroke read_stroke(std::istream& words)
{
    Stroke stroke;
    words >> stroke.pen;
    for (std::string word; words >> word && word != ";";) {
        const auto comma = word.find(',');
        stroke.points.emplace_back(std::stod(word.substr(0, comma)), std::stod(word.substr(comma + 1)));
    }
    return stroke;
}

std::map<std::string, Glyph> read_glyphs()
{
    std::map<std::string, Glyph> glyphs;
    std::ifstream in(std::string(GATEHOUSE_SOURCE_DIR) + "/vision/plates/training/glyphs.txt");
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string series, character;
        words >> series >> character;
        if (series != "plain") continue;
        while (words >> std::ws && !words.eof())
            glyphs[character].push_back(read_stroke(words));
    }
    return glyphs;
}

void draw(cv::Mat& plate, const Glyph& glyph, cv::Point2d at, double width, const cv::Scalar& ink)
{
    for (const auto& stroke : glyph) {
        std::vector<cv::Point> line;
        for (const auto& point : stroke.points)
            line.emplace_back(cvRound((at.x + point.x * width / cell_width) * scale * subpixels),
                              cvRound((at.y + point.y) * scale * subpixels));
        cv::polylines(plate, line, false, ink, cvRound(stroke.pen * scale), cv::LINE_AA, fraction_bits);
    }
}

} // namespace

const Look blue_look{{170, 75, 15}, {240, 242, 240}};
const Look yellow_look{{25, 180, 245}, {25, 25, 25}};
const Look green_look{{110, 190, 75}, {25, 25, 25}};

cv::Mat plate(const std::string& text, const Look& look)
{
    static const auto glyphs = read_glyphs();
    const auto characters = model::characters_of(text);
    const bool long_one = characters.size() == 8;
    cv::Mat plate(cvRound(140 * scale), cvRound((long_one ? 480 : 440) * scale), CV_8UC3, look.ground);
    cv::rectangle(plate, cv::Rect(12, 12, plate.cols - 24, plate.rows - 24), look.ink, 8);
    const double width = long_one ? 43 : 45, step = long_one ? 52 : 57, gap = long_one ? 40 : 22;
    for (std::size_t i = 0; i < characters.size(); ++i)
        draw(plate, glyphs.at(std::string(characters[i])),
             {15.5 + step * static_cast<double>(i) + (i > 1 ? gap : 0), 25}, width, look.ink);
    if (!long_one)
        cv::circle(plate, {cvRound(134.5 * scale), cvRound(70 * scale)}, cvRound(5.5 * scale), look.ink, -1);
    return plate;
}

cv::Mat scene(const cv::Mat& plate, const Corners& corners)
{
    cv::Mat picture(720, 1280, CV_8UC3, cv::Scalar(120, 125, 120));
    picture.rowRange(0, 300) = cv::Scalar(190, 170, 150);
    const auto box = box_of(corners);
    const auto body = cv::Rect(cvRound(box.x - box.width), cvRound(box.y - 2 * box.width),
                               cvRound(3 * box.width), cvRound(2.6 * box.width));
    cv::rectangle(picture, body, {150, 150, 155}, -1);
    cv::rectangle(picture, {body.x + 20, body.y + 10, body.width - 40, body.height / 3}, {60, 55, 50}, -1);
    const auto right = static_cast<float>(plate.cols), bottom = static_cast<float>(plate.rows);
    const Corners whole{{{0, 0}, {right, 0}, {right, bottom}, {0, bottom}}};
    const auto matrix = cv::getPerspectiveTransform(whole.data(), corners.data());
    cv::Mat blurred; // so that shrinking leaves no jagged strokes
    cv::GaussianBlur(plate, blurred, {}, static_cast<double>(right / width_of(corners)) * 0.45);
    cv::warpPerspective(blurred, picture, matrix, picture.size(), cv::INTER_LINEAR, cv::BORDER_TRANSPARENT);
    cv::GaussianBlur(picture, picture, {}, 0.6);
    cv::Mat noise(picture.size(), CV_16SC3);
    cv::RNG random(11);
    random.fill(noise, cv::RNG::NORMAL, 0, 4);
    cv::add(picture, noise, picture, cv::noArray(), CV_8U);
    return picture;
}

} // namespace gatehouse::vision::plates::drawn
