#pragma once
#include "vision/health/watcher.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace gatehouse::vision::health {

// A drawn gate: ground, kerb stones, a house with windows, a hedge. Enough texture everywhere to know it
// again.
inline cv::Mat drawn_gate(std::uint64_t seed = 7)
{
    cv::RNG random(seed);
    cv::Mat scene(360, 640, CV_8UC3, cv::Scalar(120, 130, 130));
    cv::rectangle(scene, {0, 0, 640, 150}, cv::Scalar(200, 190, 170), -1);
    for (int i = 0; i < 60; ++i) {
        const cv::Rect stone(random.uniform(0, 600), random.uniform(20, 330), random.uniform(14, 60),
                             random.uniform(10, 40));
        cv::rectangle(scene, stone,
                      cv::Scalar(random.uniform(30, 230), random.uniform(30, 230), random.uniform(30, 230)),
                      -1);
    }
    for (int i = 0; i < 600; ++i)
        cv::circle(scene, {random.uniform(0, 640), random.uniform(0, 360)}, 2,
                   cv::Scalar::all(random.uniform(20, 240)), -1);
    return scene;
}

// Empty road with a border of texture: where things stand, there is little to see behind them.
inline cv::Mat drawn_road()
{
    auto scene = drawn_gate(11);
    cv::rectangle(scene, {160, 100, 320, 230}, cv::Scalar(110, 112, 110), -1);
    return scene;
}

// Another part of one field of noise at each call: drawing it anew would take longer than looking at it.
inline cv::Mat with_noise(const cv::Mat& picture, double sigma, cv::RNG& random)
{
    static const auto field = [] {
        cv::Mat drawn(720, 840, CV_16SC3);
        cv::RNG(5).fill(drawn, cv::RNG::NORMAL, 0, 128);
        return drawn;
    }();
    const cv::Rect part({random.uniform(0, 841 - picture.cols), random.uniform(0, 721 - picture.rows)},
                        picture.size());
    cv::Mat out;
    cv::scaleAdd(cv::Mat_<cv::Vec3f>(field(part)), sigma / 128, cv::Mat_<cv::Vec3f>(picture), out);
    out.convertTo(out, CV_8U);
    return out;
}

inline cv::Mat scaled(const cv::Mat& picture, double gain, double offset = 0)
{
    cv::Mat out;
    picture.convertTo(out, -1, gain, offset);
    return out;
}

// A watcher and the time it lives in. Every look is two seconds later than the one before, as with the key
// pictures of most cameras.
class Playground {
public:
    static constexpr int step = 2;
    using Look = std::function<cv::Mat(const cv::Mat& scene)>;

    explicit Playground(cv::Mat scene = drawn_gate(), std::vector<Zone> zones = {}, HealthOptions health = {})
        : scene_(std::move(scene)), options_(with(std::move(zones), std::move(health))), watcher(options_)
    {
    }

    static cv::Mat as_it_is(const cv::Mat& scene) { return scene; }

    // Seconds of the same sight; gives what was told.
    std::vector<Finding> see(int seconds, const Look& look = as_it_is, double noise = 2)
    {
        std::vector<Finding> told;
        for (int i = 0; i < seconds; i += step)
            append(told, show(with_noise(look(scene_), noise, random_)));
        return told;
    }

    // Seconds of exactly this picture.
    std::vector<Finding> repeat(int seconds, const cv::Mat& picture)
    {
        std::vector<Finding> told;
        for (int i = 0; i < seconds; i += step)
            append(told, show(picture));
        return told;
    }

    // Seconds without a picture.
    std::vector<Finding> miss(int seconds, bool packets)
    {
        std::vector<Finding> told;
        for (int i = 0; i < seconds; i += step) {
            tick();
            if (packets) packets_.last_packet = now_;
            append(told, watcher.observe(sample({})));
        }
        return told;
    }

    // Long enough to know the scene.
    void learn() { EXPECT_TRUE(words(see(80)).empty()); }

    static std::string words(const std::vector<Finding>& findings)
    {
        std::string text;
        for (const auto& finding : findings)
            text += (text.empty() ? "" : " ") + std::string(finding.active ? "+" : "-") + finding.what;
        return text;
    }

    // Nobody looks for so long.
    void wait(std::chrono::hours hours)
    {
        wall_ += hours;
        now_ += hours;
    }
    [[nodiscard]] base::MonoTime now() const { return now_; }
    [[nodiscard]] const Options& options() const { return options_; }

private:
    cv::Mat scene_;
    Options options_;

public:
    Watcher watcher;

private:
    cv::RNG random_{99};
    base::MonoTime now_{std::chrono::hours(1)};
    base::WallTime wall_{std::chrono::hours(24 * 20000 + 4)}; // 12:00 at UTC+8
    Packets packets_;

    static Options with(std::vector<Zone> zones, HealthOptions health)
    {
        Options options;
        options.learn_for = std::chrono::seconds(60);
        options.zones = std::move(zones);
        options.health = std::move(health);
        return options;
    }

    void tick()
    {
        now_ += std::chrono::seconds(step);
        wall_ += std::chrono::seconds(step);
    }

    static void append(std::vector<Finding>& to, std::vector<Finding> more)
    {
        for (auto& finding : more)
            to.push_back(std::move(finding));
    }

    Sample sample(cv::Mat picture)
    {
        return {.time = now_, .wall = wall_, .picture = std::move(picture), .packets = packets_};
    }

    std::vector<Finding> show(const cv::Mat& picture)
    {
        tick();
        packets_ = {now_, now_};
        return watcher.observe(sample(picture));
    }
};

} // namespace gatehouse::vision::health
