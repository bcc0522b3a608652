// gatehouse-vision-plates: how many plates of the labelled pictures are found and read, how many are read
// wrong, and what a frame costs beside OpenCV alone. Prints tables. usage: gatehouse-vision-plates MODELS
// [SHARED FOLDER]
#include "tests/bench/measuring.hpp"
#include "tests/unit/vision/plates/fixtures.hpp"
#include "vision/models/model_file.hpp"
#include "vision/plates/plate_look.hpp"
#include "vision/plates/rectifier.hpp"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>

namespace {

using namespace gatehouse;
using namespace gatehouse::vision;
using namespace gatehouse::vision::plates;
using bench::milliseconds;
using bench::quantile;
using fixtures::Outcome;
using fixtures::Picture;

const cv::Size measured{1280, 720};
constexpr int rounds = 2; // over all frames
constexpr double located_from = 0.3;
const double chosen = PlateOptions{}.confidence_min;

std::vector<Outcome> part(const std::vector<Outcome>& all, std::string_view set, bool held_out = false)
{
    std::vector<Outcome> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Outcome& o) {
        return (set.empty() || o.picture->set == set) && (!held_out || o.picture->held_out());
    });
    return some;
}

// The whole way from a frame to texts.
std::vector<Outcome> look_at_frames(PlateLook& look, const std::vector<Picture>& pictures)
{
    std::vector<Outcome> outcomes;
    for (const auto& picture : pictures)
        if (!picture.boxes.empty())
            outcomes.push_back({&picture, look.look(fixtures::load(picture)).value()});
    return outcomes;
}

// The reader alone: a crop is taken for the whole plate.
std::vector<Outcome> read_crops(PlateReader& reader, const std::vector<Picture>& pictures)
{
    std::vector<Outcome> outcomes;
    for (const auto& picture : pictures) {
        if (!picture.boxes.empty()) continue;
        cv::Mat cut;
        cv::resize(fixtures::load(picture), cut, {reader_width, reader_height});
        outcomes.push_back(
            {&picture, {{{.corners = {}, .score = 1, .rows = 1}, reader.read({&cut, 1}).value()}}});
    }
    return outcomes;
}

std::vector<Outcome> green_of(const std::vector<Outcome>& frames)
{
    std::vector<Outcome> green;
    std::copy_if(frames.begin(), frames.end(), std::back_inserter(green),
                 [](const Outcome& o) { return o.picture->colour == "green"; });
    return green;
}

void print_frames(const std::vector<Outcome>& frames)
{
    const auto green = green_of(frames);
    const auto alarms = std::count_if(frames.begin(), frames.end(), [](const Outcome& o) {
        return o.seen.size() > 1 + o.picture->others.size() &&
               o.seen[1 + o.picture->others.size()].located.score >= located_from;
    });
    fmt::print("located from score {}: {:.1f} % of {} frames, {:.1f} % with more plates than labels\n",
               located_from, fixtures::score(frames, located_from, 0).located, frames.size(),
               100.0 * static_cast<double>(alarms) / static_cast<double>(frames.size()));
    fmt::print("\n{:>10} {:>17} {:>17} {:>17} {:>12}\n", "confidence", "all: full wrong", "EasyPR", "CCPD",
               "green");
    for (const double from : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98}) {
        const auto all = fixtures::score(frames, located_from, from);
        const auto easypr = fixtures::score(part(frames, "easypr-full"), located_from, from);
        const auto ccpd = fixtures::score(part(frames, "ccpd-full"), located_from, from);
        fmt::print("{:10.2f} {:9.1f} {:5.1f} % {:9.1f} {:5.1f} % {:9.1f} {:5.1f} % {:10.0f} %\n", from,
                   all.full, all.wrong, easypr.full, easypr.wrong, ccpd.full, ccpd.wrong,
                   fixtures::score(green, located_from, from).full);
    }
}

void print_crops(const std::vector<Outcome>& crops)
{
    fmt::print("\n{:>22} {:>8} {:>7} {:>7} {:>22}\n", "crops", "pictures", "full", "wrong",
               fmt::format("from {}: full wrong", chosen));
    for (const auto* set : {"easypr-crop", "lprnet-crop", "cwj-crop"})
        for (const bool held_out : {false, true}) {
            const auto some = part(crops, set, held_out);
            const auto all = fixtures::score(some, 0, 0);
            const auto sure = fixtures::score(some, 0, chosen);
            fmt::print("{:>22} {:8} {:5.1f} % {:5.1f} % {:13.1f} {:5.1f} %\n",
                       fmt::format("{}{}", set, held_out ? " held out" : ""), some.size(), all.full,
                       all.wrong, sure.full, sure.wrong);
        }
}

// Which character was taken for which, where the numbers of characters agree.
void print_confusions(const std::vector<Outcome>& outcomes)
{
    std::map<std::string, int> provinces, characters;
    for (const auto& outcome : outcomes) {
        if (outcome.seen.empty()) continue;
        const auto right = model::characters_of(outcome.picture->text);
        const auto read = model::characters_of(outcome.seen.front().reading.plate.text);
        for (std::size_t i = 0; i < right.size() && right.size() == read.size(); ++i)
            if (right[i] != read[i])
                ++(i == 0 ? provinces : characters)[fmt::format("{}->{}", right[i], read[i])];
    }
    const auto print = [](const char* title, const std::map<std::string, int>& counts) {
        std::multimap<int, std::string, std::greater<>> sorted;
        for (const auto& [pair, count] : counts)
            sorted.emplace(count, pair);
        fmt::print("{}", title);
        int printed = 0;
        for (const auto& [count, pair] : sorted)
            if (++printed <= 24) fmt::print(" {} {},", pair, count);
        fmt::print(" {} pairs in all\n", counts.size());
    };
    print("\nprovinces taken for others:", provinces);
    print("characters taken for others:", characters);
}

struct Times {
    std::vector<double> detector, reader, all, plain;
};

// What OpenCV alone takes for the same two networks: scale, forward, and no more.
double plain_loop(cv::dnn::Net& detector, cv::dnn::Net& reader, const cv::Mat& frame, std::size_t plates)
{
    const double begin = milliseconds();
    cv::Mat scaled;
    cv::resize(frame, scaled, {320, 180}, 0, 0, cv::INTER_AREA);
    cv::copyMakeBorder(scaled, scaled, 0, 12, 0, 0, cv::BORDER_CONSTANT);
    std::vector<cv::Mat> outputs;
    detector.setInput(cv::dnn::blobFromImage(scaled));
    detector.forward(outputs, detector.getUnconnectedOutLayersNames());
    for (std::size_t i = 0; i < plates; ++i) {
        reader.setInput(cv::dnn::blobFromImage(scaled(cv::Rect(0, 0, reader_width, reader_height))));
        reader.forward(outputs, reader.getUnconnectedOutLayersNames());
    }
    return milliseconds() - begin;
}

Times time_frames(PlateLook& look, cv::dnn::Net detector, cv::dnn::Net reader,
                  const std::vector<Picture>& pictures)
{
    std::vector<cv::Mat> frames;
    for (const auto& picture : pictures)
        if (picture.set == "easypr-full")
            cv::resize(fixtures::load(picture), frames.emplace_back(), measured);
    Times times;
    for (int round = 0; round < rounds; ++round)
        for (const auto& frame : frames) {
            const double begin = milliseconds();
            (void)look.locate(frame, cv::Rect({}, frame.size())).value();
            const double located = milliseconds();
            const auto seen = look.look(frame).value();
            const double done = milliseconds();
            times.detector.push_back(located - begin);
            times.all.push_back(done - located);
            times.reader.push_back(done - located - (located - begin));
            const auto read = std::count_if(seen.begin(), seen.end(), [](const SeenPlate& plate) {
                return !plate.reading.candidates.empty();
            });
            times.plain.push_back(plain_loop(detector, reader, frame, static_cast<std::size_t>(read)));
        }
    return times;
}

void print_times(const Times& times)
{
    fmt::print("\nms of one thread a frame of {}x{}, {} frames: median p90\n", measured.width,
               measured.height, times.all.size());
    const auto print = [](const char* what, const std::vector<double>& values) {
        fmt::print("{:>28} {:6.1f} {:6.1f}\n", what, quantile(values, 0.5), quantile(values, 0.9));
    };
    print("frame to text", times.all);
    print("of it the detector", times.detector);
    print("of it the reader", times.reader);
    print("OpenCV alone, the same nets", times.plain);
    fmt::print("{:>28} {:6.2f}\n", "ratio of the medians",
               quantile(times.all, 0.5) / quantile(times.plain, 0.5));
}

void print_for_run(const std::vector<Outcome>& frames, const std::vector<Outcome>& crops, const Times& times)
{
    const auto frame = fixtures::score(frames, located_from, chosen);
    const auto crop = [&](std::string_view set, bool held_out) {
        return fixtures::score(part(crops, set, held_out), 0, 0).full;
    };
    bench::print_figures({{"located", frame.located},
                          {"full", frame.full},
                          {"wrong", frame.wrong},
                          {"green", fixtures::score(green_of(frames), located_from, chosen).full},
                          {"easypr_crop", crop("easypr-crop", false)},
                          {"lprnet_crop", crop("lprnet-crop", true)},
                          {"cwj_crop", crop("cwj-crop", true)},
                          {"ms", quantile(times.all, 0.5)},
                          {"ms_p90", quantile(times.all, 0.9)},
                          {"plain_ms", quantile(times.plain, 0.5)}});
}

cv::dnn::Net net_of(const std::filesystem::path& folder, const char* name)
{
    const auto bytes = models::read_model(folder, *models::find(name)).bytes;
    return cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: gatehouse-vision-plates FOLDER OF MODELS\n";
        return 2;
    }
    const auto shared = shared_folder();
    if (!shared) {
        std::cerr << "the labelled pictures are not here: set GATEHOUSE_SHARED to the folder that has them\n";
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // the tables come before the minutes of timing
    cv::setNumThreads(1);
    const std::filesystem::path folder = argv[1];
    auto loaded = PlateLook::load(folder);
    for (const auto& model : loaded.models)
        fmt::print("{} {} {}\n", model.name, model.sha256, model.why);
    if (!loaded.look) return 1;
    auto reader = PlateReader::load(models::read_model(folder, *models::find("plate_reader")).bytes).value();

    const auto pictures = fixtures::read_pictures(*shared);
    const auto frames = look_at_frames(*loaded.look, pictures);
    const auto crops = read_crops(reader, pictures);
    print_frames(frames);
    print_crops(crops);
    auto all = frames;
    all.insert(all.end(), crops.begin(), crops.end());
    print_confusions(all);
    const auto times =
        time_frames(*loaded.look, net_of(folder, "plate_detector"), net_of(folder, "plate_reader"), pictures);
    print_times(times);
    fmt::print("{}, one thread\n", bench::machine());
    print_for_run(frames, crops, times);
    return 0;
}
