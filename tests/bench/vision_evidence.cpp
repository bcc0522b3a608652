// gatehouse-vision-evidence: what a picture that may leave costs, step by step and beside a plain loop of
// OpenCV's encoder, and what the face detectors find and cost. Prints tables. Needs the shared folder.
#include "gateway/base/sha256.hpp"
#include "tests/bench/measuring.hpp"
#include "tests/unit/vision/faces/fixtures.hpp"
#include "tests/unit/vision/shared_folder.hpp"
#include "vision/evidence/evidence_maker.hpp"
#include "vision/evidence/fitting.hpp"
#include "vision/evidence/mosaic.hpp"
#include "vision/faces/enrolment.hpp"

#include <fmt/format.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <iostream>
#include <map>

namespace {

using namespace gatehouse;
using namespace gatehouse::vision;
using bench::milliseconds;
using bench::quantile;

constexpr std::size_t budget = std::size_t{200} * 1024;
constexpr int rounds = 3; // over all frames
const std::vector<std::string> lines{"云台二居民区 东门进口", "2026-11-27 08:00:00 消防通道停留 10 分钟"};

std::vector<cv::Mat> frames_of(const std::filesystem::path& shared)
{
    std::vector<cv::Mat> frames;
    for (const auto& file : std::filesystem::directory_iterator(shared / "fixtures" / "plates" / "full")) {
        if (file.path().extension() != ".jpg") continue;
        frames.push_back(cv::imread(file.path().string(), cv::IMREAD_COLOR)); // some are PNG by another name
    }
    return frames;
}

// The middle of the frame, filled up to that size; frames are smaller and softer than a camera of that size
// gives, so some noise takes the place of its detail.
cv::Mat as_frame(const cv::Mat& picture, const cv::Size& size)
{
    const auto scale = std::max(static_cast<double>(size.width) / picture.cols,
                                static_cast<double>(size.height) / picture.rows);
    cv::Mat large;
    cv::resize(picture, large, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    const cv::Rect middle((large.cols - size.width) / 2, (large.rows - size.height) / 2, size.width,
                          size.height);
    cv::Mat frame = large(middle & cv::Rect({}, large.size())).clone();
    cv::Mat noise(frame.size(), CV_16SC3);
    cv::RNG(1).fill(noise, cv::RNG::NORMAL, 0, 3);
    cv::add(frame, noise, frame, {}, CV_8UC3);
    return frame;
}

// What whoever has OpenCV alone would write: halve the range of qualities until one is left.
std::size_t plain_loop(const cv::Mat& picture)
{
    std::vector<uchar> best;
    for (int low = 1, high = 100; low <= high;) {
        const auto quality = (low + high) / 2;
        std::vector<uchar> bytes;
        cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
        if (bytes.size() <= budget) {
            best = std::move(bytes);
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    return best.size();
}

struct Times {
    std::map<std::string, std::vector<double>> of;

    template <class Step>
    void measure(const std::string& what, Step step)
    {
        const auto begun = milliseconds();
        step();
        of[what].push_back(milliseconds() - begun);
    }

    void print(const std::string& what) const
    {
        const auto& values = of.at(what);
        fmt::print("{:>44} {:7.2f} {:7.2f}\n", what, quantile(values, 0.5), quantile(values, 0.9));
    }
};

Times measure_evidence(const std::vector<cv::Mat>& pictures)
{
    const auto annotation = evidence::Annotation::load();
    if (!annotation) fmt::print("no font: install fonts-wqy-microhei; evidence is measured without text\n");
    const std::vector<cv::Rect> people{{500, 300, 120, 140}, {1300, 420, 90, 110}};
    const evidence::Lookers lookers{[&](const cv::Mat&) { return people; },
                                    [](const cv::Mat&) {
                                        return std::vector<evidence::PlateBox>{{{900, 800, 180, 60}, ""}};
                                    }};
    evidence::Order order;
    order.bytes_max = budget;
    if (annotation) order.text = lines;

    evidence::EvidenceMaker maker(annotation ? *annotation : evidence::Annotation());
    Times times;
    std::vector<double> filled;
    int quality = 80;
    for (int round = 0; round < rounds; ++round)
        for (const auto& picture : pictures) {
            const auto frame = as_frame(picture, {1920, 1080});
            times.measure("evidence 1920x1080 to 200 KiB", [&] {
                filled.push_back(100.0 *
                                 static_cast<double>(maker.make(frame, order, lookers).value().jpeg.size()) /
                                 static_cast<double>(budget));
            });
            times.measure("again: the same camera", [&] { (void)maker.make(frame, order, lookers).value(); });
            cv::Mat copy;
            times.measure("of it: the copy", [&] { frame.copyTo(copy); });
            times.measure("of it: three mosaics", [&] {
                for (const auto& box : people)
                    evidence::cover(copy, evidence::enlarged(box, copy.size()));
                evidence::cover(copy, evidence::enlarged({900, 800, 180, 60}, copy.size()));
            });
            if (annotation)
                times.measure("of it: two lines of text", [&] { copy = annotation->apply(copy, lines); });
            evidence::Fitted fitted;
            times.measure("of it: encoding into the budget",
                          [&] { fitted = evidence::fit(copy, budget, quality).value(); });
            quality = fitted.quality;
            times.measure("of it: SHA-256", [&] { (void)base::sha256_hex(fitted.jpeg); });
            times.measure("plain loop of cv::imencode", [&] { (void)plain_loop(copy); });
        }
    fmt::print("evidence, {} frames: ms of one thread, median p90 (boxes are given; detectors below)\n",
               times.of.begin()->second.size());
    for (const auto* what :
         {"evidence 1920x1080 to 200 KiB", "again: the same camera", "of it: the copy",
          "of it: three mosaics", "of it: two lines of text", "of it: encoding into the budget",
          "of it: SHA-256", "plain loop of cv::imencode"})
        if (times.of.contains(what)) times.print(what);
    fmt::print("{:>44} {:7.2f}\n", "ratio of encoding to the plain loop",
               quantile(times.of["of it: encoding into the budget"], 0.5) /
                   quantile(times.of["plain loop of cv::imencode"], 0.5));
    fmt::print("{:>44} {:6.0f} % {:5.0f} %\n\n", "of the budget used, median and least",
               quantile(filled, 0.5), quantile(filled, 0));
    return times;
}

// Frames without faces in which a face of that size was seen, in percent.
double false_alarms(const std::vector<std::vector<faces::Face>>& seen, double score_min)
{
    const auto count = std::count_if(seen.begin(), seen.end(), [&](const auto& found) {
        return std::any_of(found.begin(), found.end(), [&](const faces::Face& face) {
            return face.score >= score_min && face.box.height >= 60 && !face.at_border;
        });
    });
    return 100.0 * static_cast<double>(count) / static_cast<double>(seen.size());
}

void measure_faces(faces::FaceFinder& finder, std::string_view name, const std::vector<cv::Mat>& portraits,
                   const std::vector<cv::Mat>& pictures)
{
    fmt::print("{}: found of 32 + boxes on none, from score {:.1f} / {:.1f}\n", name,
               faces::score_for_masking, faces::score_for_records);
    const auto print = [&](int height, double degrees) {
        const auto sheets = faces::fixtures::sheets(portraits, height, degrees);
        const auto masking = faces::fixtures::score(sheets, finder, faces::score_for_masking);
        const auto records = faces::fixtures::score(sheets, finder, faces::score_for_records);
        fmt::print("{:>30} px, turned {:2.0f} degrees: {:2}+{} / {:2}+{}\n", height, degrees, masking.found,
                   masking.extra, records.found, records.extra);
    };
    for (const int height : {209, 114, 56, 34, 22})
        print(height, 0);
    for (const double degrees : {30.0, 45.0, 60.0})
        print(56, degrees);
    Times times;
    std::vector<std::vector<faces::Face>> seen;
    for (const auto& picture : pictures) {
        seen.push_back(finder.find(picture, faces::score_for_masking).value());
        for (const auto& size : {cv::Size(1280, 720), cv::Size(640, 360)}) {
            const auto frame = as_frame(picture, size);
            times.measure(fmt::format("ms {}x{}, median p90", size.width, size.height),
                          [&] { (void)finder.find(frame, faces::score_for_masking).value(); });
        }
    }
    times.print("ms 1280x720, median p90");
    times.print("ms 640x360, median p90");
    fmt::print("{} vehicle frames without faces, with a box of 60 px or more: {:.1f} % from {:.1f}, {:.1f} % "
               "from {:.1f}\n\n",
               pictures.size(), false_alarms(seen, faces::score_for_masking), faces::score_for_masking,
               false_alarms(seen, faces::score_for_records), faces::score_for_records);
}

// One way to spoil a portrait, and what has to be said of it.
struct Fault {
    const char* what;
    std::optional<faces::Objection> expected; // nothing: any objection is a false one
    std::function<cv::Mat(const cv::Mat&)> spoil;
};

cv::Mat lit_from_one_side(const cv::Mat& picture)
{
    auto spoilt = picture.clone();
    spoilt.colRange(0, spoilt.cols / 2) *= 0.3;
    return spoilt;
}

std::vector<Fault> faults()
{
    using faces::Objection;
    const auto blurred = [](double sigma) {
        return [sigma](const cv::Mat& picture) {
            cv::Mat soft;
            cv::GaussianBlur(picture, soft, {}, sigma);
            return soft;
        };
    };
    const auto turned = [](double degrees) {
        return [degrees](const cv::Mat& picture) { return faces::fixtures::turned(picture, degrees); };
    };
    return {
        {"as it is", std::nullopt, [](const cv::Mat& picture) { return picture; }},
        {"blurred, sigma 2", Objection::blurred, blurred(2)},
        {"blurred, sigma 3", Objection::blurred, blurred(3)},
        {"turned 30 degrees", Objection::head_turned, turned(30)},
        {"turned 45 degrees", Objection::head_turned, turned(45)},
        {"turned 60 degrees", Objection::head_turned, turned(60)},
        {"a third of the light", Objection::too_dark, [](const cv::Mat& picture) { return picture * 0.3; }},
        {"lit from one side", Objection::uneven_light, lit_from_one_side}};
}

// Portraits with faces 200 pixels high, of which the fault is told, or that are refused.
void measure_enrolment(faces::FaceFinder& finder, const std::vector<cv::Mat>& portraits)
{
    for (const auto& fault : faults()) {
        int told = 0;
        std::map<std::string_view, int> others;
        for (const auto& portrait : portraits) {
            cv::Mat picture;
            cv::resize(portrait, picture, {}, 0.65, 0.65, cv::INTER_AREA);
            for (const auto objection :
                 faces::check_enrolment(fault.spoil(picture), 0, finder).value().objections)
                if (objection == fault.expected)
                    ++told;
                else
                    ++others[faces::text_of(objection).code];
        }
        fmt::print("{:>30}: ", fault.what);
        if (fault.expected)
            fmt::print("{} {} of {};", faces::text_of(*fault.expected).code, told, portraits.size());
        for (const auto& [code, count] : others)
            fmt::print(" {} {}", code, count);
        fmt::print("\n");
    }
    fmt::print("\n");
}

} // namespace

int main(int argc, char** argv)
{
    // A part of a name leaves the others out.
    const std::string_view only = argc > 1 ? argv[1] : "";
    const auto wanted = [&](std::string_view part) { return part.find(only) != std::string_view::npos; };
    const auto shared = shared_folder();
    if (!shared) {
        std::cerr << "the pictures are not here: set GATEHOUSE_SHARED to the folder that has them\n";
        return 2;
    }
    cv::setNumThreads(1);
    const auto pictures = frames_of(*shared);
    const auto portraits = faces::fixtures::portraits(*shared);
    if (pictures.empty() || portraits.empty()) return 2;
    Times times;
    if (wanted("evidence")) times = measure_evidence(pictures);
    for (const auto& folder : {std::filesystem::path("/nowhere"), *shared / "models" / "yunet"}) {
        auto loaded = faces::FaceFinder::load(folder);
        if (!loaded.finder) return 1;
        if (wanted("faces")) measure_faces(*loaded.finder, loaded.models.back().name, portraits, pictures);
        if (wanted("enrolment")) measure_enrolment(*loaded.finder, portraits);
    }
    fmt::print("{}, one thread\n", bench::machine());
    const auto& whole = times.of["evidence 1920x1080 to 200 KiB"];
    if (whole.empty()) return 0;
    bench::print_figures({{"ms", quantile(whole, 0.5)},
                          {"ms_p90", quantile(whole, 0.9)},
                          {"plain_ms", quantile(times.of["plain loop of cv::imencode"], 0.5)}});
    return 0;
}
