#include "vision/faces/enrolment.hpp"

#include "gateway/model/json_writer.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gatehouse::vision::faces {
namespace {

// What Hikvision's and Dahua's terminals take (shared by most others); the rest from the figures in
// README.md.
constexpr std::size_t file_bytes_max = std::size_t{200} * 1024;
constexpr int face_height_min = 120;
constexpr double brightness_min = 60;
constexpr double brightness_max = 220;
constexpr double light_balance_min = 0.4;
constexpr double sharpness_min = 0.25;
constexpr double tilt_max = 15;
constexpr double turn_max = 0.25;
constexpr double rise_min = 0.3;
constexpr double rise_max = 0.8;

const Face& largest(const std::vector<Face>& faces)
{
    return *std::max_element(faces.begin(), faces.end(),
                             [](const Face& a, const Face& b) { return a.box.area() < b.box.area(); });
}

// Persons, not specks in the background: sure and not much smaller than the largest.
int count_persons(const std::vector<Face>& faces)
{
    const auto height = largest(faces).box.height;
    return static_cast<int>(std::count_if(faces.begin(), faces.end(), [&](const Face& face) {
        return face.score >= 0.75 && 5 * face.box.height >= 2 * height;
    }));
}

double edges(const cv::Mat& grey)
{
    cv::Mat across;
    cv::Mat down;
    cv::absdiff(grey.colRange(1, grey.cols), grey.colRange(0, grey.cols - 1), across);
    cv::absdiff(grey.rowRange(1, grey.rows), grey.rowRange(0, grey.rows - 1), down);
    return cv::sum(across)[0] + cv::sum(down)[0];
}

void measure_light(const cv::Mat& face, PortraitFigures& figures)
{
    cv::Mat grey;
    cv::cvtColor(face, grey, cv::COLOR_BGR2GRAY);
    cv::resize(grey, grey, {160, 160}, 0, 0, grey.rows > 160 ? cv::INTER_AREA : cv::INTER_LINEAR);
    cv::Mat soft;
    cv::blur(grey, soft, {9, 9});
    figures.sharpness = 1 - edges(soft) / std::max(1.0, edges(grey));
    figures.brightness = cv::mean(grey(cv::Rect(30, 30, 100, 120)))[0]; // without hair and background
    const auto left = cv::mean(grey.colRange(0, 80))[0];
    const auto right = cv::mean(grey.colRange(80, 160))[0];
    figures.light_balance = std::min(left, right) / std::max(1.0, std::max(left, right));
}

void measure_pose(const Marks& marks, PortraitFigures& figures)
{
    const auto line = marks.right_eye - marks.left_eye;
    const auto distance = std::max(1.0, std::hypot<double>(line.x, line.y));
    figures.tilt = std::abs(std::atan2(line.y, line.x)) * 180 / std::numbers::pi;
    const auto eyes = (marks.left_eye + marks.right_eye) / 2;
    const auto axis = marks.mouth - eyes;
    const auto nose = marks.nose - eyes;
    const auto length = std::max(1.0, std::hypot<double>(axis.x, axis.y));
    figures.turn = std::abs(axis.x * nose.y - axis.y * nose.x) / length / distance;
    figures.rise = (axis.x * nose.x + axis.y * nose.y) / (length * length);
}

// What the figures say against the picture; those that were not measured say nothing.
void object(const PortraitFigures& figures, std::vector<Objection>& objections)
{
    const auto say = [&](bool holds, Objection objection) {
        if (holds) objections.push_back(objection);
    };
    say(figures.faces > 1, Objection::several_faces);
    say(figures.face_height < face_height_min, Objection::face_too_small);
    say(figures.turn > turn_max, Objection::head_turned);
    say(figures.tilt > tilt_max, Objection::head_tilted);
    say(figures.rise >= 0 && (figures.rise < rise_min || figures.rise > rise_max), Objection::head_raised);
    say(figures.sharpness < sharpness_min, Objection::blurred);
    say(figures.brightness < brightness_min, Objection::too_dark);
    say(figures.brightness > brightness_max, Objection::too_bright);
    say(figures.light_balance < light_balance_min, Objection::uneven_light);
}

} // namespace

base::Result<Enrolment> check_enrolment(const cv::Mat& bgr, std::size_t jpeg_bytes, FaceFinder& finder)
{
    const auto faces = finder.find(bgr, score_for_masking);
    if (!faces) return faces.error();
    Enrolment enrolment;
    auto& objections = enrolment.objections;
    if (jpeg_bytes > file_bytes_max) objections.push_back(Objection::file_too_large);
    if (faces->empty()) {
        objections.push_back(Objection::no_face);
        return enrolment;
    }
    const auto& face = largest(*faces);
    enrolment.figures.faces = std::max(1, count_persons(*faces));
    enrolment.figures.face_height = face.box.height;
    measure_light(bgr(face.box), enrolment.figures);
    if (face.at_border) objections.push_back(Objection::face_cut_off);
    enrolment.pose_checked = face.marks.has_value();
    if (face.marks) measure_pose(*face.marks, enrolment.figures);
    object(enrolment.figures, objections);
    return enrolment;
}

std::string to_json(const Enrolment& enrolment)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("ok", enrolment.objections.empty());
    json.member("faces", enrolment.figures.faces).member("pose_checked", enrolment.pose_checked);
    json.key("reasons").begin_array();
    for (const auto objection : enrolment.objections)
        json.value(text_of(objection).code);
    json.end_array().key("texts").begin_array();
    for (const auto objection : enrolment.objections)
        json.begin_object()
            .member("zh", text_of(objection).zh)
            .member("en", text_of(objection).en)
            .end_object();
    json.end_array().key("values").begin_object();
    const auto measured = [&](std::string_view name, double value) {
        if (value >= 0) json.member(name, std::round(value * 1000) / 1000);
    };
    const auto& figures = enrolment.figures;
    measured("face_height", figures.face_height);
    measured("brightness", figures.brightness);
    measured("light_balance", figures.light_balance);
    measured("sharpness", figures.sharpness);
    measured("tilt", figures.tilt);
    measured("turn", figures.turn);
    measured("rise", figures.rise);
    json.end_object().end_object();
    return text;
}

} // namespace gatehouse::vision::faces
