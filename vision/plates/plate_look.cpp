#include "vision/plates/plate_look.hpp"

#include "vision/models/model_file.hpp"
#include "vision/plates/heat_map_detector.hpp"
#include "vision/plates/hyperlpr_detector.hpp"
#include "vision/plates/rectifier.hpp"

#include <opencv2/imgproc.hpp>

#include <array>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

constexpr float readable_width = 30; // px; what is narrower has strokes of less than half a pixel
constexpr float loose_width = 0.03F, loose_height = 0.06F; // margins of the second cut, on each side
constexpr double read_from = 0.3;       // the detector's score: every plate of the labelled frames has more
constexpr std::size_t located_max = 10; // plates of one frame, the best
constexpr std::size_t read_max = 4;     // of these
// Where nothing may be missed, the picture is looked at in squares too: a plate of 30 px is found in them,
// and one that a square cuts lies whole in the next.
constexpr int tile_side = 640;
constexpr int tile_step = 512;

struct DetectorFormat {
    std::string_view model;
    base::Result<std::unique_ptr<PlateDetector>> (*load)(std::string_view onnx, int side);
    int side;
};

// In order of preference: what an installer has put there is meant to be used.
constexpr std::array<DetectorFormat, 3> formats{
    {{"plate_detector_hyperlpr3_640", HyperLprDetector::load, 640},
     {"plate_detector_hyperlpr3_320", HyperLprDetector::load, 320},
     {"plate_detector", HeatMapDetector::load, 320}}};

struct Opened {
    models::ModelFile file;
    ModelState state;
};

Opened open(const std::filesystem::path& folder, const models::Model& model)
{
    Opened opened{.file = models::read_model(folder, model), .state = {}};
    opened.state = {.name = model.name,
                    .file = model.file,
                    .sha256 = model.sha256,
                    .ready = opened.file.ready(),
                    .why = opened.file.why};
    return opened;
}

// Notes in the state what OpenCV cannot make of a file that is the right one.
template <class Loaded>
void judge(ModelState& state, const base::Result<Loaded>& loaded)
{
    state.ready = loaded.has_value();
    if (!loaded) state.why = state.file + " is not a network that this OpenCV reads";
}

cv::Rect region_of(const Polygon& region, cv::Size size)
{
    const cv::Rect whole({}, size);
    if (region.empty()) return whole;
    double left = 1, top = 1, right = 0, bottom = 0;
    for (const auto& point : region) {
        left = std::min(left, point.x);
        right = std::max(right, point.x);
        top = std::min(top, point.y);
        bottom = std::max(bottom, point.y);
    }
    const cv::Point from(cvFloor(left * size.width), cvFloor(top * size.height));
    const cv::Point to(cvCeil(right * size.width), cvCeil(bottom * size.height));
    return cv::Rect(from, to) & whole;
}

// Where the tiles of a side begin, evenly; a side that is not longer than a tile has one.
std::vector<int> tile_starts(int side)
{
    const int room = std::max(0, side - tile_side);
    const int count = (room + tile_step - 1) / tile_step;
    std::vector<int> starts{0};
    for (int i = 1; i <= count; ++i)
        starts.push_back(room * i / count);
    return starts;
}

std::vector<cv::Rect> tiles_of(cv::Size size)
{
    std::vector<cv::Rect> tiles;
    for (const int y : tile_starts(size.height))
        for (const int x : tile_starts(size.width))
            tiles.push_back(cv::Rect(x, y, tile_side, tile_side) & cv::Rect({}, size));
    return tiles;
}

bool inside(const Polygon& polygon, cv::Point2f point, cv::Size size)
{
    std::vector<cv::Point2f> outline;
    for (const auto& corner : polygon)
        outline.emplace_back(static_cast<float>(corner.x * size.width),
                             static_cast<float>(corner.y * size.height));
    return outline.size() >= 3 && cv::pointPolygonTest(outline, point, false) >= 0;
}

bool wanted(const LocatedPlate& plate, const PlateOptions& options, cv::Size size)
{
    const auto centre = centre_of(plate.corners);
    if (!options.region.empty() && !inside(options.region, centre, size)) return false;
    return std::none_of(options.masks.begin(), options.masks.end(),
                        [&](const Polygon& mask) { return inside(mask, centre, size); });
}

} // namespace

PlateLook::PlateLook(std::unique_ptr<PlateDetector> detector, PlateReader reader)
    : detector_(std::move(detector)), reader_(std::move(reader))
{
}

LoadedLook PlateLook::load(const std::filesystem::path& folder)
{
    LoadedLook loaded;
    std::unique_ptr<PlateDetector> detector;
    for (const auto& format : formats) {
        const auto* model = models::find(format.model);
        auto opened = open(folder, *model);
        if (opened.file.missing && !model->shipped) continue;
        if (opened.state.ready) {
            auto network = format.load(opened.file.bytes, format.side);
            judge(opened.state, network);
            if (network) detector = std::move(*network);
        }
        loaded.models.push_back(std::move(opened.state));
        break;
    }
    auto opened = open(folder, *models::find("plate_reader"));
    auto reader = PlateReader::load(opened.file.bytes);
    if (opened.state.ready) judge(opened.state, reader);
    loaded.models.push_back(std::move(opened.state));
    if (detector == nullptr || !loaded.models.back().ready) return loaded;
    loaded.look = PlateLook(std::move(detector), std::move(*reader));
    (void)loaded.look->look(cv::Mat::zeros(720, 1280, CV_8UC3)); // only for what it allocates
    const std::array nothing{cv::Mat(cv::Mat::zeros(reader_height, reader_width, CV_8UC3))};
    (void)loaded.look->reader_.read(nothing);
    return loaded;
}

base::Result<std::vector<SeenPlate>> PlateLook::look(const cv::Mat& bgr, const PlateOptions& options)
try {
    if (bgr.empty() || bgr.type() != CV_8UC3) return base::Errc::bad_input;
    const auto region = region_of(options.region, bgr.size());
    if (region.empty()) return std::vector<SeenPlate>();
    auto located = locate(bgr, region);
    if (!located) return located.error();
    std::erase_if(*located, [&](const LocatedPlate& plate) { return !wanted(plate, options, bgr.size()); });
    return read(bgr, *located, read_max);
} catch (const cv::Exception&) {
    return base::Errc::failed;
}

base::Result<std::vector<SeenPlate>> PlateLook::look_all(const cv::Mat& bgr)
try {
    if (bgr.empty() || bgr.type() != CV_8UC3) return base::Errc::bad_input;
    auto located = locate(bgr, cv::Rect({}, bgr.size()));
    if (!located) return located.error();
    for (const auto& tile : tiles_of(bgr.size())) {
        const auto more = locate(bgr, tile);
        if (!more) return more.error();
        located->insert(located->end(), more->begin(), more->end());
    }
    const auto all = without_overlaps(std::move(*located));
    return read(bgr, all, all.size());
} catch (const cv::Exception&) {
    return base::Errc::failed;
}

base::Result<std::vector<LocatedPlate>> PlateLook::locate(const cv::Mat& bgr, const cv::Rect& part)
try {
    auto found = detector_->find(bgr(part));
    if (!found) return found.error();
    if (found->size() > located_max) found->resize(located_max);
    for (auto& plate : *found)
        for (auto& corner : plate.corners)
            corner += cv::Point2f(part.tl());
    return found;
} catch (const cv::Exception&) {
    return base::Errc::failed;
}

base::Result<std::vector<SeenPlate>>
PlateLook::read(const cv::Mat& bgr, const std::vector<LocatedPlate>& plates, std::size_t most)
{
    std::vector<SeenPlate> seen;
    for (const auto& plate : plates) {
        auto& one = seen.emplace_back(SeenPlate{.located = plate, .reading = {}});
        if (seen.size() > most || plate.score < read_from || width_of(plate.corners) < readable_width)
            continue;
        // Two cuts, one of them loose: where the corners are a little off, one of the two has all characters.
        const std::array cuts{rectify(bgr, plate),
                              rectify(bgr, with_margin(plate, loose_width, loose_height))};
        auto reading = reader_.read(cuts);
        if (!reading) return reading.error();
        one.reading = std::move(*reading);
    }
    return seen;
}

cv::Mat plate_picture(const cv::Mat& bgr, const Corners& corners)
{
    const auto box = box_of(corners);
    const auto margin = box.width / 3;
    const cv::Rect around(cvFloor(box.x - margin), cvFloor(box.y - margin), cvCeil(box.width + 2 * margin),
                          cvCeil(box.height + 2 * margin));
    return bgr(around & cv::Rect({}, bgr.size()));
}

} // namespace gatehouse::vision::plates
