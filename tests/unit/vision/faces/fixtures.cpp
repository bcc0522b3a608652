#include "tests/unit/vision/faces/fixtures.hpp"

#include "gateway/base/read_file.hpp"
#include "vision/jpeg/decode.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace gatehouse::vision::faces::fixtures {
namespace {

constexpr int rows = 4;
constexpr int columns = 8;
constexpr int on_sheet = 4; // columns
constexpr double height_on_file = 310;
constexpr double caption = 0.12; // of a portrait's height

cv::Mat cell(const std::vector<cv::Mat>& portraits, int index, double scale, double degrees)
{
    const auto& portrait = portraits.at(static_cast<std::size_t>(index));
    cv::Mat small;
    cv::resize(degrees == 0 ? portrait : turned(portrait, index % 2 == 0 ? degrees : -degrees), small, {},
               scale, scale, cv::INTER_AREA);
    return small;
}

} // namespace

std::vector<cv::Mat> portraits(const std::filesystem::path& shared)
{
    const auto bytes = base::read_file(shared / "fixtures" / "faces" / "synthetic_faces_4x8.jpg");
    if (!bytes) return {};
    const auto decoded = jpeg::decode(std::as_bytes(std::span(*bytes)), {.shrink_to_width = 0});
    if (!decoded) return {};
    const cv::Size size(decoded->bgr.cols / columns, decoded->bgr.rows / rows);
    std::vector<cv::Mat> all;
    for (int i = 0; i < rows * columns; ++i)
        all.push_back(decoded->bgr(cv::Rect(i % columns * size.width, i / columns * size.height, size.width,
                                            static_cast<int>(size.height * (1 - caption)))));
    return all;
}

cv::Mat turned(const cv::Mat& portrait, double degrees)
{
    const auto middle = portrait.cols / 2.0;
    const auto radius = 0.32 * portrait.cols;
    const auto turn = degrees * std::numbers::pi / 180;
    cv::Mat across(portrait.size(), CV_32F);
    cv::Mat down(portrait.size(), CV_32F);
    for (int x = 0; x < portrait.cols; ++x) {
        const auto sine = (x - middle) / radius;
        const auto angle = std::clamp(std::asin(std::clamp(sine, -1.0, 1.0)) + turn, -std::numbers::pi / 2,
                                      std::numbers::pi / 2);
        across.col(x) = std::abs(sine) < 1 ? middle + radius * std::sin(angle) : x;
    }
    for (int y = 0; y < portrait.rows; ++y)
        down.row(y) = y;
    cv::Mat made;
    cv::remap(portrait, made, across, down, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return made;
}

std::vector<Sheet> sheets(const std::vector<cv::Mat>& portraits, int face_height, double degrees)
{
    const auto scale = face_height / height_on_file;
    std::vector<Sheet> made;
    for (int sheet = 0; sheet < columns / on_sheet; ++sheet) {
        std::vector<cv::Mat> lines(rows);
        for (int row = 0; row < rows; ++row) {
            std::vector<cv::Mat> line;
            for (int column = 0; column < on_sheet; ++column)
                line.push_back(cell(portraits, row * columns + sheet * on_sheet + column, scale, degrees));
            cv::hconcat(line, lines.at(static_cast<std::size_t>(row)));
        }
        Sheet whole;
        cv::vconcat(lines, whole.picture);
        whole.face_height = face_height;
        made.push_back(whole);
    }
    return made;
}

Score score(const std::vector<Sheet>& sheets, FaceFinder& finder, double score_min)
{
    Score sum;
    for (const auto& sheet : sheets) {
        const auto faces = finder.find(sheet.picture, score_min).value();
        std::set<int> found;
        for (const auto& face : faces) {
            const auto middle = (face.box.tl() + face.box.br()) / 2;
            const auto place =
                middle.y * rows / sheet.picture.rows * on_sheet + middle.x * on_sheet / sheet.picture.cols;
            const bool is_face =
                2 * face.box.height > sheet.face_height && face.box.height < 2 * sheet.face_height;
            if (is_face) found.insert(place);
        }
        sum.found += static_cast<int>(found.size());
        sum.extra += static_cast<int>(faces.size() - found.size());
    }
    return sum;
}

} // namespace gatehouse::vision::faces::fixtures
