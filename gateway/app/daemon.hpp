#pragma once
#include <string>

namespace gatehouse::app {

// The verb `run`: the daemon in the foreground. 0 clean stop, 1 failure, 78 bad configuration. SIGHUP
// reloads; SIGTERM and SIGINT stop in order, a second one ends the process at once, which is safe because a
// power cut must be.
int run_daemon(const std::string& config_file);

} // namespace gatehouse::app
