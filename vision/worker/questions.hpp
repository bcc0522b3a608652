#pragma once
#include "vision/worker/abilities.hpp"
#include "vision/worker/camera.hpp"
#include "vision/worker/examination.hpp"

#include <functional>
#include <string>

namespace gatehouse::vision {

// A camera that is watched, for whoever asks about it; null: there is no such camera.
struct AskedCamera {
    Camera* camera = nullptr;
    const Examination* examination = nullptr;
};

// Answers what the daemon asks beside watching: every question once, with a result or a refusal. Analysis
// thread only.
class Questions {
public:
    struct Ports {
        std::function<AskedCamera(const std::string& camera)> find;
        std::function<void(const Answer&)> say; // any thread
        // Does it on the analysis thread; false: too much waits there. Any thread.
        std::function<bool(std::function<void()>)> later;
        base::Clock& clock;
    };
    Questions(Abilities& abilities, Ports ports) : abilities_(abilities), ports_(std::move(ports)) {}

    void answer(Ask ask);

private:
    using Work = std::function<Answer(const cv::Mat& bgr)>;
    // Has the work done with the camera's picture of now.
    void with_live_picture(std::uint64_t id, const std::string& camera, Work work);
    [[nodiscard]] Answer with_sent_picture(const Ask& ask, const Work& work) const;
    [[nodiscard]] Answer snapshot(int width_max, const cv::Mat& bgr) const;
    [[nodiscard]] Answer probe(const std::string& camera, const cv::Mat& bgr);
    [[nodiscard]] Answer presence(const cv::Mat& bgr);
    [[nodiscard]] Answer plate_check(const std::string& said, const cv::Mat& bgr);
    [[nodiscard]] Answer enrolment_check(const cv::Mat& bgr, std::size_t jpeg_bytes);
    [[nodiscard]] Answer evidence(const std::string& order, const cv::Mat& bgr);
    [[nodiscard]] evidence::Lookers lookers();

    Abilities& abilities_;
    Ports ports_;
};

} // namespace gatehouse::vision
