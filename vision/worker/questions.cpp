#include "vision/worker/questions.hpp"

#include "gateway/model/enum_text.hpp"
#include "vision/evidence/flaw.hpp"
#include "vision/faces/enrolment.hpp"
#include "vision/jpeg/decode.hpp"
#include "vision/plates/plate_check.hpp"
#include "vision/worker/scene_picture.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace gatehouse::vision {
namespace {

namespace json = boost::json;

Answer refused(std::string word, std::string why)
{
    Answer answer;
    answer.refusal = std::move(word);
    answer.why = std::move(why);
    return answer;
}

Answer answered(std::string result, std::string picture = {})
{
    Answer answer;
    answer.result = std::move(result);
    answer.picture = std::move(picture);
    return answer;
}

Answer answered(const json::object& result, std::string picture = {})
{
    return answered(json::serialize(result), std::move(picture));
}

// The members of an order; what is absent or of another type keeps its default.
class Order {
public:
    explicit Order(const std::string& text)
    {
        boost::system::error_code error;
        auto value = json::parse(text, error);
        if (!error && value.is_object()) members_ = std::move(value.as_object());
    }
    [[nodiscard]] std::string text(std::string_view key) const
    {
        const auto* value = members_.if_contains(key);
        return value && value->is_string() ? std::string(value->as_string()) : std::string();
    }
    [[nodiscard]] int number(std::string_view key) const
    {
        const auto* value = members_.if_contains(key);
        if (!value || !value->is_int64()) return 0;
        return static_cast<int>(std::clamp<std::int64_t>(value->as_int64(), 0, picture_side_max));
    }

private:
    static constexpr std::int64_t picture_side_max = 16'384;
    json::object members_;
};

Answer why_not(base::error_code error)
{
    if (error == base::Errc::busy) return refused("busy", "too many questions wait for this camera");
    if (error == base::Errc::not_found) return refused("not_found", "the camera gives no picture now");
    return refused("failed", "the camera's picture cannot be decoded");
}

std::int64_t in_ms(base::WallTime time)
{
    return time.time_since_epoch().count();
}

constexpr const char* no_face_detector = "nothing that finds faces is installed";

base::Result<std::vector<cv::Rect>> face_boxes(faces::FaceFinder& finder, const cv::Mat& bgr)
{
    const auto found = finder.find(bgr, faces::score_for_masking);
    if (!found) return found.error();
    std::vector<cv::Rect> boxes;
    std::ranges::transform(*found, std::back_inserter(boxes), &faces::Face::box);
    return boxes;
}

// A plate whose text nobody could tell is still a plate.
base::Result<std::vector<evidence::PlateBox>> plate_boxes(plates::PlateLook& look, const cv::Mat& bgr)
{
    const auto found = look.look_all(bgr);
    if (!found) return found.error();
    std::vector<evidence::PlateBox> boxes;
    for (const auto& seen : *found)
        boxes.push_back({plates::box_of(seen.located.corners), seen.reading.plate.text});
    return boxes;
}

bool lacks_looker(base::error_code why)
{
    return why == evidence::make_error_code(evidence::Flaw::faces_not_looked_for) ||
           why == evidence::make_error_code(evidence::Flaw::plates_not_looked_for);
}

json::object plate_json(const plates::SeenPlate& seen)
{
    const auto& plate = seen.reading.plate;
    return {{"text", plate.text},
            {"color", plate.color},
            {"confidence", seen.confidence()},
            {"characters", json::value_from(plate.characters)},
            {"width", static_cast<int>(plates::width_of(seen.located.corners))}};
}

} // namespace

void Questions::answer(Ask ask)
{
    const Order order(ask.order);
    const auto camera = order.text("camera");
    const auto now = [&](Answer answer) {
        answer.id = ask.id;
        ports_.say(std::move(answer));
    };
    switch (ask.question) {
    case Question::snapshot:
        return with_live_picture(
            ask.id, camera,
            [this, width = order.number("width_max")](const cv::Mat& bgr) { return snapshot(width, bgr); });
    case Question::probe:
        return with_live_picture(ask.id, camera,
                                 [this, camera](const cv::Mat& bgr) { return probe(camera, bgr); });
    case Question::plate_check:
        return now(
            with_sent_picture(ask, [&](const cv::Mat& bgr) { return plate_check(order.text("text"), bgr); }));
    case Question::presence:
        return with_live_picture(ask.id, camera, [this](const cv::Mat& bgr) { return presence(bgr); });
    case Question::enrolment_check:
        return now(with_sent_picture(
            ask, [&](const cv::Mat& bgr) { return enrolment_check(bgr, ask.picture.size()); }));
    case Question::evidence:
        return now(with_sent_picture(ask, [&](const cv::Mat& bgr) { return evidence(ask.order, bgr); }));
    }
}

void Questions::with_live_picture(std::uint64_t id, const std::string& camera, Work work)
{
    const auto say = [say = ports_.say, id](Answer answer) {
        answer.id = id;
        say(std::move(answer));
    };
    const auto asked = ports_.find(camera);
    if (!asked.camera) return say(refused("not_found", "no such camera is watched"));
    asked.camera->ask_picture([=, later = ports_.later](base::Result<PicturePtr> picture) {
        if (!picture) return say(why_not(picture.error()));
        const auto done = [=] {
            const auto bgr = (*picture)->bgr(0);
            say(bgr ? work(*bgr) : why_not(bgr.error()));
        };
        if (!later(done)) say(refused("busy", "too much is to be looked at"));
    });
}

Answer Questions::with_sent_picture(const Ask& ask, const Work& work) const
{
    const auto decoded = jpeg::decode(std::as_bytes(std::span(ask.picture)));
    if (!decoded) return refused("bad_input", decoded.error().message());
    return work(decoded->bgr);
}

Answer Questions::snapshot(int width_max, const cv::Mat& bgr) const
{
    const auto width = width_max > 0 ? std::min(width_max, bgr.cols) : bgr.cols;
    auto picture = scene_picture(bgr, width);
    if (picture.empty()) return refused("failed", "the picture cannot be encoded");
    return answered({{"taken_at", in_ms(ports_.clock.wall())},
                     {"width", width},
                     {"height", std::max(1, bgr.rows * width / bgr.cols)}},
                    std::move(picture));
}

Answer Questions::probe(const std::string& camera, const cv::Mat& bgr)
{
    const auto asked = ports_.find(camera);
    if (!asked.camera) return refused("not_found", "no such camera is watched");
    const auto stream = asked.camera->stream();
    const auto health = asked.examination->status();
    json::array seen;
    int plate_width = 0;
    if (abilities_.plates)
        if (const auto found = abilities_.plates->look(bgr))
            for (const auto& plate : *found) {
                if (!plate.reading.plate.text.empty()) seen.emplace_back(plate_json(plate));
                plate_width =
                    std::max(plate_width, static_cast<int>(plates::width_of(plate.located.corners)));
            }
    return answered({{"state", model::to_string(stream.state)},
                     {"reason", stream.reason},
                     {"why", stream.why},
                     {"source", stream.source},
                     {"codec", stream.codec},
                     {"width", bgr.cols},
                     {"height", bgr.rows},
                     {"frame_rate", stream.frame_rate},
                     {"taken_at", in_ms(ports_.clock.wall())},
                     {"learning", health.learning},
                     {"mean", health.mean},
                     {"contrast", health.contrast},
                     {"sharpness", health.sharpness},
                     {"active", json::value_from(health.active)},
                     {"plates", std::move(seen)},
                     {"plate_width", plate_width}},
                    scene_picture(bgr));
}

Answer Questions::plate_check(const std::string& said, const cv::Mat& bgr)
{
    if (!abilities_.plates) return refused("unavailable", "the networks that read plates are missing");
    const auto found = abilities_.plates->look(bgr);
    if (!found) return refused("failed", "the picture cannot be looked at");
    const auto check = plates::check_plate(said, *found);
    return answered({{"verdict", plates::to_string(check.verdict)},
                     {"reason", plates::to_string(check.reason)},
                     {"text", check.picture.text},
                     {"color", check.picture.color},
                     {"confidence", check.picture.confidence},
                     {"characters", json::value_from(check.picture.characters)},
                     {"positions", json::value_from(check.positions)}});
}

Answer Questions::presence(const cv::Mat& bgr)
{
    if (!abilities_.faces) return refused("unavailable", no_face_detector);
    const auto found = abilities_.faces->find(bgr, faces::score_for_records);
    if (!found) return refused("failed", found.error().message());
    return answered({{"faces", std::ranges::count_if(*found, faces::is_somebody)}});
}

Answer Questions::enrolment_check(const cv::Mat& bgr, std::size_t jpeg_bytes)
{
    if (!abilities_.faces) return refused("unavailable", no_face_detector);
    const auto checked = faces::check_enrolment(bgr, jpeg_bytes, *abilities_.faces);
    if (!checked) return refused("failed", checked.error().message());
    return answered(faces::to_json(*checked));
}

Answer Questions::evidence(const std::string& order, const cv::Mat& bgr)
{
    const auto wanted = evidence::read_order(order);
    if (!wanted) return refused("bad_input", wanted.error().message());
    auto made = abilities_.evidence.make(bgr, *wanted, lookers());
    if (!made) return refused(lacks_looker(made.error()) ? "unavailable" : "failed", made.error().message());
    auto result = evidence::to_json(*made); // before the picture is taken out of it
    return answered(std::move(result), std::move(made->jpeg));
}

// What has to be masked is looked for with the lowest score at which something may be a face or a plate.
evidence::Lookers Questions::lookers()
{
    evidence::Lookers lookers;
    if (abilities_.faces)
        lookers.faces = [this](const cv::Mat& bgr) { return face_boxes(*abilities_.faces, bgr); };
    if (abilities_.plates)
        lookers.plates = [this](const cv::Mat& bgr) { return plate_boxes(*abilities_.plates, bgr); };
    return lookers;
}

} // namespace gatehouse::vision
