#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/config/site.hpp"
#include "vision/link/worker_process.hpp"

#include <string>
#include <vector>

namespace gatehouse::app {

// Starts `arguments` (the first is the program's path) as a child that has nothing of ours but its end of a
// socket pair, as file descriptor 3, and stderr: no other descriptor, nothing of our environment, no signals
// of our terminal. Errors: those of the operating system.
[[nodiscard]] base::Result<std::unique_ptr<vision::WorkerProcess>>
spawn_vision(asio::any_io_executor executor, const std::vector<std::string>& arguments);

// The worker's program and what it is called with. Without a word in the configuration it is the
// gatehouse-vision beside our own executable, and its models lie in ../share/gatehouse/models.
[[nodiscard]] std::vector<std::string> vision_command(const config::VisionConfig& vision);

} // namespace gatehouse::app
