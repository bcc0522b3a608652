#pragma once
#include <chrono>
#include <future>
#include <thread>

namespace gatehouse::app {

// While it lives systemd is told every `period` that the start goes on. For steps that block the io thread,
// hence the thread of its own; it touches nothing of ours.
class StartExtension {
public:
    explicit StartExtension(std::chrono::milliseconds period = std::chrono::seconds(20));
    ~StartExtension();
    StartExtension(const StartExtension&) = delete;
    StartExtension& operator=(const StartExtension&) = delete;

private:
    std::promise<void> over_;
    std::thread thread_;
};

} // namespace gatehouse::app
