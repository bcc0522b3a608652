#pragma once
#include "vision/worker/camera.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace gatehouse::vision {

// owns: a camera and the thread that reads it.
class CameraThread {
public:
    struct Ports {
        base::Clock& clock;
        std::mutex& decoding; // see FeedContext
        std::function<void(Stream)> report;
        std::function<void()> seen;
        std::uint64_t seed = 0;
    };
    CameraThread(Watch watch, Ports ports);
    // Asks it to end and waits for that; after ask_to_end() and a while this takes no time.
    ~CameraThread();
    CameraThread(const CameraThread&) = delete;
    CameraThread& operator=(const CameraThread&) = delete;

    [[nodiscard]] Camera& camera() { return camera_; }
    [[nodiscard]] const Camera& camera() const { return camera_; }
    // Any thread. It ends within 100 ms, but for a name that is being resolved just now.
    void ask_to_end();
    [[nodiscard]] bool ended() const { return ended_; }

private:
    [[nodiscard]] CameraPorts camera_ports(Ports ports);
    [[nodiscard]] std::unique_ptr<Feed> make_feed(const Source& source);
    void pause(std::chrono::nanoseconds span);

    base::Clock& clock_;
    std::mutex& decoding_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> ended_{false};
    std::mutex mutex_;
    std::condition_variable stopped_;
    Camera camera_;
    std::thread thread_;
};

} // namespace gatehouse::vision
