#pragma once
#include "gateway/api/static_file.hpp"

#include <span>
#include <string>

namespace gatehouse::app {

// The verb `run`: the daemon in the foreground. 0 clean stop, 1 failure, 78 bad configuration. SIGHUP
// reloads; SIGTERM and SIGINT stop in order, a second one ends the process at once, which is safe because a
// power cut must be. `console`: its files, which outlive the daemon.
int run_daemon(const std::string& config_file, std::span<const api::StaticFile> console);

} // namespace gatehouse::app
