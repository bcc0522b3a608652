#pragma once
#include "vision/worker/analysis.hpp"
#include "vision/worker/camera_thread.hpp"
#include "vision/worker/examination.hpp"
#include "vision/worker/outbox.hpp"
#include "vision/worker/process_memory.hpp"
#include "vision/worker/questions.hpp"

#include <list>
#include <map>
#include <memory>
#include <string>

namespace gatehouse::vision {

// The whole of gatehouse-vision behind its socket: cameras with their threads, the one thread that looks, and
// who answers whom. What is not said to be for any thread belongs to the analysis thread.
class Worker {
public:
    Worker(base::Clock& clock, Abilities abilities, Outbox& outbox);

    // The analysis thread.
    void run();
    // Any thread. Never blocks for long: what cannot be answered soon is refused.
    void take(ToWorker message);
    // Any thread: run() returns.
    void stop() { analysis_.stop(); }

private:
    struct Watched {
        std::unique_ptr<CameraThread> thread;
        std::unique_ptr<Examination> examination;
    };
    void begin(Watch watch);
    void refuse(const std::string& camera, const std::string& why);
    void forget(const std::string& camera);
    void relearn(const std::string& camera);
    void trigger(const Trigger& order);
    void take_question(Ask ask);
    void say(const Answer& answer);
    bool look_once();
    void tick();
    [[nodiscard]] Figures figures() const;

    base::Clock& clock_;
    Outbox& outbox_;
    Abilities abilities_;
    Questions questions_;
    ProcessMemory memory_;
    std::mutex decoding_; // of the cameras: see FeedContext
    Analysis analysis_;   // before the cameras, whose threads poke it until they have ended
    std::map<std::string, Watched> cameras_;
    std::string looked_last_;                          // cameras take turns by their names
    std::list<std::unique_ptr<CameraThread>> leaving_; // asked to end, not yet joined
    std::atomic<std::uint64_t> asked_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::uint64_t seed_ = 0;
    base::MonoTime next_figures_{};
};

} // namespace gatehouse::vision
