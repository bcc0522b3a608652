// Camera health on real frames: every fault of vision.md §6 and the sights that must not alarm, drawn over
// each frame and played through a watcher in simulated time. usage: gatehouse-vision-health [--every N]
#include "tests/bench/measuring.hpp"
#include "tests/unit/vision/shared_folder.hpp"
#include "vision/health/watcher.hpp"

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace gatehouse;
using namespace gatehouse::vision;
using std::chrono::seconds;

namespace {

constexpr seconds step{2}; // a key frame every two seconds
constexpr seconds grace{5};
const cv::Size frame_size{640, 360};

// ---- what cameras see ----

cv::Mat in_floats(const cv::Mat& picture)
{
    cv::Mat out;
    picture.convertTo(out, CV_32FC3);
    return out;
}

cv::Mat in_bytes(const cv::Mat& picture)
{
    cv::Mat out;
    picture.convertTo(out, CV_8UC3);
    return out;
}

cv::Mat scaled(const cv::Mat& picture, double gain, double offset = 0)
{
    cv::Mat out;
    picture.convertTo(out, -1, gain, offset);
    return out;
}

// From a larger field of noise, each time another part of it.
cv::Mat noisy(const cv::Mat& picture, double sigma, cv::RNG& random)
{
    static std::map<int, cv::Mat> fields;
    auto& field = fields[cvRound(2 * sigma)];
    if (field.empty()) {
        field.create(frame_size.height + 64, frame_size.width + 64, CV_16SC3);
        cv::RNG(5).fill(field, cv::RNG::NORMAL, 0, sigma);
    }
    const cv::Rect part({random.uniform(0, 65), random.uniform(0, 65)}, picture.size());
    cv::Mat out;
    cv::add(picture, field(part), out, cv::noArray(), CV_8U);
    return out;
}

cv::Mat warped(const cv::Mat& picture, const cv::Mat& by)
{
    cv::Mat out;
    cv::warpAffine(picture, out, by, picture.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
    return out;
}

double brightness(const cv::Mat& picture)
{
    cv::Mat grey;
    cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
    return cv::mean(grey)[0];
}

cv::Mat shifted(const cv::Mat& picture, double x, double y)
{
    return warped(picture, (cv::Mat_<double>(2, 3) << 1, 0, x, 0, 1, y));
}

cv::Mat covered(const cv::Mat& picture, double share)
{
    auto out = picture.clone();
    out.colRange(0, cvRound(share * out.cols)).setTo(cv::Scalar(14, 12, 12));
    return out;
}

cv::Mat blurred(const cv::Mat& picture, double sigma)
{
    cv::Mat out;
    cv::GaussianBlur(picture, out, {}, sigma);
    return out;
}

cv::Mat stained(const cv::Mat& picture, const cv::Scalar& gains, const cv::Scalar& offset)
{
    cv::Mat out;
    cv::multiply(picture, gains, out);
    return out + offset;
}

// A sine over the lines (or the columns), its phase running with the time.
cv::Mat striped(const cv::Mat& picture, double period, double amplitude, bool upright, double phase)
{
    cv::Mat1f wave(picture.size());
    for (int y = 0; y < wave.rows; ++y)
        for (int x = 0; x < wave.cols; ++x)
            wave(y, x) =
                static_cast<float>(amplitude * std::sin(2 * CV_PI * ((upright ? x : y) / period + phase)));
    cv::Mat out;
    cv::Mat wave3;
    cv::merge(std::vector<cv::Mat>{wave, wave, wave}, wave3);
    cv::add(picture, wave3, out, cv::noArray(), CV_8U);
    return out;
}

// Two lamps with their glare and the patch that they light on the ground.
cv::Mat with_headlights(const cv::Mat& picture, double x, double y, double size)
{
    cv::Mat light(picture.size(), CV_32FC3, cv::Scalar::all(0));
    const auto lamp = [&](double at) {
        cv::circle(light, cv::Point(cvRound(at), cvRound(y)), cvRound(size), cv::Scalar(900, 950, 950), -1);
    };
    lamp(x - 3 * size);
    lamp(x + 3 * size);
    cv::ellipse(light, cv::Point(cvRound(x), cvRound(y + 5 * size)), {cvRound(6 * size), cvRound(2 * size)},
                0, 0, 360, cv::Scalar(60, 70, 70), -1);
    cv::GaussianBlur(light, light, {}, size);
    cv::Mat out;
    cv::add(picture, light, out, cv::noArray(), CV_8U);
    return out;
}

// The side of a lorry: a wall of one colour with seams, letters and wheels.
cv::Mat lorry_side(cv::RNG& random)
{
    cv::Mat side(frame_size, CV_8UC3,
                 cv::Scalar(random.uniform(60, 220), random.uniform(60, 220), random.uniform(60, 220)));
    for (int x = 20; x < side.cols; x += 90)
        cv::line(side, {x, 0}, {x, 300}, cv::Scalar::all(50), 2);
    cv::putText(side, "TRANSPORT 400-800", {90, 150}, cv::FONT_HERSHEY_SIMPLEX, 1.6, cv::Scalar(30, 30, 160),
                5);
    cv::rectangle(side, {0, 290, side.cols, 70}, cv::Scalar::all(35), -1);
    for (const int x : {120, 210, 480, 570}) {
        cv::circle(side, {x, 320}, 36, cv::Scalar::all(20), -1);
        cv::circle(side, {x, 320}, 16, cv::Scalar::all(150), -1);
    }
    return side;
}

cv::Mat rained_on(const cv::Mat& picture, cv::RNG& random)
{
    auto out = blurred(scaled(picture, 0.9, 12), 0.7);
    for (int i = 0; i < 150; ++i) {
        const cv::Point from{random.uniform(0, out.cols), random.uniform(0, out.rows)};
        cv::line(out, from, from + cv::Point(3, random.uniform(8, 22)),
                 cv::Scalar::all(random.uniform(150, 230)), 1, cv::LINE_AA);
    }
    return out;
}

// Light from one side only.
cv::Mat lit_from_left(const cv::Mat& picture, double left, double right)
{
    cv::Mat1f light(picture.size());
    for (int x = 0; x < light.cols; ++x)
        light.col(x).setTo(left + (right - left) * x / light.cols);
    cv::Mat light3;
    cv::merge(std::vector<cv::Mat>{light, light, light}, light3);
    return in_bytes(in_floats(picture).mul(light3));
}

// Dark around, infrared light in the middle, no colours.
cv::Mat by_infrared(const cv::Mat& picture)
{
    cv::Mat grey;
    cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(grey, grey, cv::COLOR_GRAY2BGR);
    cv::Mat1f light(picture.size());
    for (int y = 0; y < light.rows; ++y)
        for (int x = 0; x < light.cols; ++x)
            light(y, x) = static_cast<float>(
                0.15 + 0.9 * std::exp(-std::pow((x - 320) / 260.0, 2) - std::pow((y - 200) / 160.0, 2)));
    cv::Mat light3;
    cv::merge(std::vector<cv::Mat>{light, light, light}, light3);
    return in_bytes(in_floats(grey).mul(light3));
}

// ---- a camera in simulated time ----

class Camera {
public:
    Camera(cv::Mat scene, bool with_clock, std::uint64_t seed)
        : scene_(std::move(scene)), with_clock_(with_clock), random_(seed)
    {
    }

    [[nodiscard]] const cv::Mat& scene() const { return scene_; }
    cv::RNG& random() { return random_; }
    seconds now() const { return now_; }

    // What comes of a picture on its way: shake, gain, noise, the overlay with the time.
    cv::Mat sent(const cv::Mat& seen, double noise = 2)
    {
        const auto shaken = shifted(seen, random_.uniform(-1.0, 1.0), random_.uniform(-1.0, 1.0));
        auto out = noisy(scaled(shaken, 1 + random_.gaussian(0.01)), noise, random_);
        if (with_clock_) {
            const auto text =
                fmt::format("2026-05-01 10:{:02}:{:02}", now_.count() / 60 % 60, now_.count() % 60);
            cv::putText(out, text, {8, 22}, cv::FONT_HERSHEY_SIMPLEX, 0.6, cv::Scalar::all(250), 2);
        }
        return out;
    }

    health::Sample sample(const cv::Mat& picture, base::WallTime began, bool packets = true)
    {
        now_ += step;
        health::Sample sample;
        sample.time = base::MonoTime() + now_;
        sample.wall = began + now_;
        sample.picture = picture;
        if (packets) last_ = sample.time;
        sample.packets = {last_, last_};
        return sample;
    }

private:
    cv::Mat scene_;
    bool with_clock_;
    cv::RNG random_;
    seconds now_{0};
    std::optional<base::MonoTime> last_;
};

const base::WallTime noon{std::chrono::hours(24 * 20000 + 4)}; // 12:00 at UTC+8

using Play = std::function<cv::Mat(Camera&, seconds since)>; // an empty picture: none arrives

health::Options options()
{
    health::Options options;
    options.learn_for = seconds(60);
    return options;
}

double watching_ms = 0;
std::size_t watched = 0;

std::vector<Finding> watch(health::Watcher& watcher, const health::Sample& sample)
{
    const auto began = bench::milliseconds();
    auto findings = watcher.observe(sample);
    watching_ms += bench::milliseconds() - began;
    ++watched;
    return findings;
}

struct Fault {
    std::string name;
    std::string state;
    seconds hold;
    Play play;
};

struct Normal {
    std::string name;
    seconds length;
    Play play;
};

Play always(std::function<cv::Mat(const cv::Mat&)> change)
{
    return
        [change = std::move(change)](Camera& camera, seconds) { return camera.sent(change(camera.scene())); };
}

std::vector<Fault> faults(const std::vector<cv::Mat>& scenes, std::size_t of)
{
    std::vector<Fault> all;
    const auto add = [&](std::string name, std::string state, int hold, Play play) {
        all.push_back({std::move(name), std::move(state), seconds(hold), std::move(play)});
    };
    add("no packets", "lost", 30, [](Camera&, seconds) { return cv::Mat(); });
    add("black cover", "black", 10,
        always([](const cv::Mat& s) { return cv::Mat(s.size(), s.type(), cv::Scalar::all(4)); }));
    add("over-exposed", "over_exposed", 30, always([](const cv::Mat& s) { return scaled(s, 0.5, 200); }));
    add("fog, contrast 0.15", "low_contrast", 60,
        always([](const cv::Mat& s) { return scaled(s, 0.15, 110); }));
    for (const int sigma : {3, 4, 6})
        add(fmt::format("out of focus, sigma {}", sigma), "blurred", 60,
            always([=](const cv::Mat& s) { return blurred(s, sigma); }));
    for (const double share : {0.4, 0.6, 0.9})
        add(fmt::format("covered, {:.0f} %", 100 * share), "occluded", 10,
            always([=](const cv::Mat& s) { return covered(s, share); }));
    add("shifted by 8 %", "moved", 25, always([](const cv::Mat& s) { return shifted(s, 0.08 * s.cols, 0); }));
    add("turned by 5 degrees", "moved", 25, always([](const cv::Mat& s) {
            return warped(s, cv::getRotationMatrix2D({320, 180}, 5, 1));
        }));
    const auto other = scenes[(of + scenes.size() / 3) % scenes.size()];
    add("another scene", "moved", 25, always([=](const cv::Mat&) { return other; }));
    add("frozen", "frozen", 30, [still = cv::Mat()](Camera& camera, seconds) mutable {
        if (still.empty()) still = camera.sent(camera.scene());
        return still;
    });
    add("red", "colour_cast", 120, always([](const cv::Mat& s) {
            return stained(s, {0.6, 0.6, 1.1}, {0, 0, 40});
        }));
    add("green", "colour_cast", 120, always([](const cv::Mat& s) {
            return stained(s, {0.6, 1.1, 0.6}, {0, 40, 0});
        }));
    add("infrared by day (magenta)", "colour_cast", 120, always([](const cv::Mat& s) {
            return stained(s, {1, 0.6, 1}, {45, 0, 45});
        }));
    for (const int sigma : {25, 40})
        add(fmt::format("noise, sigma {}", sigma), "noise", 60,
            [=](Camera& camera, seconds) { return camera.sent(camera.scene(), sigma); });
    for (const double period : {6.0, 15.0, 45.0, 90.0})
        for (const bool upright : {false, true})
            add(fmt::format("{} stripes, period {:.0f}, 12 levels", upright ? "upright" : "running level",
                            period),
                "stripes", 60, [=](Camera& camera, seconds since) {
                    return camera.sent(striped(camera.scene(), period, 12, upright,
                                               upright ? 0.3 : 0.17 * static_cast<double>(since.count())));
                });
    return all;
}

std::vector<Normal> normals(const std::vector<cv::Mat>& scenes, std::size_t of)
{
    std::vector<Normal> all;
    all.push_back({"nothing new", seconds(150), always([](const cv::Mat& s) { return s; })});
    all.push_back({"gain 0.6", seconds(140), always([](const cv::Mat& s) { return scaled(s, 0.6); })});
    all.push_back({"gain 1.3", seconds(140), always([](const cv::Mat& s) { return scaled(s, 1.3); })});
    all.push_back({"a lamp goes on", seconds(140),
                   always([](const cv::Mat& s) { return lit_from_left(s, 1.2, 0.5); })});
    all.push_back({"rain", seconds(140), [](Camera& camera, seconds) {
                       return camera.sent(rained_on(camera.scene(), camera.random()), 4);
                   }});
    all.push_back(
        {"dusk, then infrared", seconds(800), [](Camera& camera, seconds since) {
             // The exposure keeps up with the dusk as far as a mean of 25.
             const auto enough = std::min(1.0, 25 / brightness(camera.scene()));
             const auto light = std::max(enough, 1 - 0.7 * static_cast<double>(since.count()) / 600);
             if (since > seconds(600)) return camera.sent(by_infrared(camera.scene()), 4);
             return camera.sent(lit_from_left(camera.scene(), light, 0.6 * light), 2 + 5 * (1 - light));
         }});
    const auto lorry = [](cv::Mat side) {
        return [side = std::move(side)](Camera& camera, seconds since) {
            const auto t = static_cast<int>(since.count() % 60);
            auto seen = camera.scene().clone();
            const int width = t < 4 ? 160 * t : t < 24 ? 640 : std::max(0, 640 - 160 * (t - 24));
            if (width > 0)
                side.colRange(0, width).copyTo(seen.colRange(t < 24 ? 0 : 640 - width, t < 24 ? width : 640));
            return camera.sent(seen);
        };
    };
    cv::RNG random(of + 1);
    all.push_back({"lorries, 20 s each", seconds(180), lorry(lorry_side(random))});
    cv::Mat near;
    cv::resize(scenes[(of + 11) % scenes.size()](cv::Rect(160, 90, 320, 180)), near, frame_size);
    all.push_back({"vehicles close up, 20 s each", seconds(180), lorry(near)});
    all.push_back({"headlights", seconds(240), [](Camera& camera, seconds since) {
                       const auto t = static_cast<double>(since.count() % 60);
                       const auto nearness = std::min(t, 25.0) / 25;
                       const auto night = scaled(camera.scene(), 0.9);
                       if (t > 50) return camera.sent(night);
                       return camera.sent(with_headlights(night, 320 + 40 * nearness, 150 + 60 * nearness,
                                                          6 + 16 * nearness));
                   }});
    return all;
}

struct Tally {
    int tried = 0;
    int good = 0;
    std::map<std::string, int> told; // anything else
};

// Lets the watcher learn the scene and gives what it learnt.
std::string learnt(Camera& camera)
{
    health::Watcher watcher(options());
    std::optional<std::string> references;
    for (int i = 0; i < 60 && !references; ++i) {
        (void)watch(watcher, camera.sample(camera.sent(camera.scene()), noon));
        references = watcher.take_references(base::MonoTime() + camera.now());
    }
    return references.value_or(std::string());
}

void try_fault(const Fault& fault, Camera camera, const std::string& references, Tally& tally)
{
    health::Watcher watcher(options());
    if (!watcher.restore(references)) std::abort();
    for (int i = 0; i < 3; ++i)
        (void)watch(watcher, camera.sample(camera.sent(camera.scene()), noon));
    ++tally.tried;
    for (seconds since{0}; since <= fault.hold + grace; since += step) {
        const auto picture = fault.play(camera, since);
        for (const auto& finding : watch(watcher, camera.sample(picture, noon, !picture.empty()))) {
            if (finding.what != fault.state)
                ++tally.told[finding.what];
            else
                return void(++tally.good);
        }
    }
}

void try_normal(const Normal& normal, Camera camera, const std::string& references, Tally& tally)
{
    health::Watcher watcher(options());
    if (!watcher.restore(references)) std::abort();
    for (int i = 0; i < 3; ++i)
        (void)watch(watcher, camera.sample(camera.sent(camera.scene()), noon));
    ++tally.tried;
    bool told = false;
    for (seconds since{0}; since < normal.length; since += step)
        for (const auto& finding : watch(watcher, camera.sample(normal.play(camera, since), noon))) {
            told = true;
            if (finding.active) ++tally.told[finding.what];
        }
    if (!told) ++tally.good;
}

std::string also(const Tally& tally)
{
    std::string text;
    for (const auto& [what, times] : tally.told)
        text += fmt::format("{}{} {}", text.empty() ? "; also told: " : ", ", what, times);
    return text;
}

// In percent: of all that was tried, and of what did worst.
struct Shares {
    double all = 0;
    double least = 100;
};

Shares print_shares(const char* word, const std::vector<std::string>& names,
                    std::map<std::string, Tally>& tallies)
{
    Shares shares;
    int tried = 0;
    for (const auto& name : names) {
        const auto& tally = tallies[name];
        const auto share = 100.0 * tally.good / tally.tried;
        fmt::print("{} {:5.1f} % of {}  {}{}\n", word, share, tally.tried, name, also(tally));
        tried += tally.tried;
        shares.all += 100.0 * tally.good;
        shares.least = std::min(shares.least, share);
    }
    shares.all /= tried;
    return shares;
}

// The yardstick: one Sobel and one resize of a picture of the same size.
double bare_ms(const cv::Mat& picture)
{
    constexpr int rounds = 500;
    const auto began = bench::milliseconds();
    for (int i = 0; i < rounds; ++i) {
        cv::Mat grey;
        cv::Mat edges;
        cv::Mat small;
        cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
        cv::Sobel(grey, edges, CV_32F, 1, 0);
        cv::resize(grey, small, {320, 180}, 0, 0, cv::INTER_AREA);
    }
    return (bench::milliseconds() - began) / rounds;
}

std::vector<cv::Mat> load(const std::filesystem::path& folder, int every)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".jpg") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<cv::Mat> scenes;
    for (std::size_t i = 0; i < files.size(); i += static_cast<std::size_t>(every)) {
        const auto picture = cv::imread(files[i].string(), cv::IMREAD_COLOR); // some are PNG by another name
        if (picture.empty()) throw std::runtime_error(files[i].string() + " is no picture");
        cv::resize(picture, scenes.emplace_back(), frame_size, 0, 0, cv::INTER_AREA);
    }
    return scenes;
}

} // namespace

int main(int argc, char** argv)
{
    cv::setNumThreads(1);
    const int every =
        argc == 3 && std::string_view(argv[1]) == "--every" ? std::max(1, std::atoi(argv[2])) : 1;
    const auto shared = shared_folder();
    if (!shared) {
        std::cerr << "the frames are not here: set GATEHOUSE_SHARED to the folder that has them\n";
        return 2;
    }
    const auto scenes = load(*shared / "fixtures" / "plates" / "full", every);
    std::map<std::string, Tally> found;
    std::map<std::string, Tally> quiet;
    std::vector<std::string> fault_names;
    std::vector<std::string> normal_names;
    std::size_t unlearnt = 0;
    std::size_t largest = 0;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        Camera camera(scenes[i], i % 2 == 0, i + 1);
        const auto references = learnt(camera);
        largest = std::max(largest, references.size());
        if (references.empty()) {
            ++unlearnt;
            continue;
        }
        for (const auto& fault : faults(scenes, i)) {
            if (i == 0) fault_names.push_back(fault.name);
            try_fault(fault, camera, references, found[fault.name]);
        }
        for (const auto& normal : normals(scenes, i)) {
            if (i == 0) normal_names.push_back(normal.name);
            try_normal(normal, camera, references, quiet[normal.name]);
        }
    }
    fmt::print("frames {}, not learnt {}, references of one camera at one hour {} kB\n", scenes.size(),
               unlearnt, largest / 1024);
    const auto faults_found = print_shares("found", fault_names, found);
    const auto normal_quiet = print_shares("quiet", normal_names, quiet);
    const auto bare = bare_ms(scenes.front());
    const auto ours = watching_ms / static_cast<double>(watched);
    fmt::print("a sample {:.2f} ms (mean of {}), one Sobel and one resize {:.2f} ms: {:.1f} times\n", ours,
               watched, bare, ours / bare);
    fmt::print("{}, one thread\n", bench::machine());
    bench::print_figures({{"frames", static_cast<double>(scenes.size())},
                          {"not_learnt", static_cast<double>(unlearnt)},
                          {"found", faults_found.all},
                          {"found_least", faults_found.least},
                          {"false", 100 - normal_quiet.all},
                          {"false_most", 100 - normal_quiet.least},
                          {"sample_ms", ours},
                          {"bare_ms", bare}});
    return 0;
}
