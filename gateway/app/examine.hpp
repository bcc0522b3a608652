#pragma once
#include "gateway/cli/finding.hpp"

#include <string>
#include <vector>

namespace gatehouse::app {

// What the verb `doctor` can see without the daemon: configuration, clock, disk, certificates, ports (only
// while nobody holds them, so not while the daemon runs) and the store's integrity. Changes nothing.
[[nodiscard]] std::vector<cli::Finding> examine(const std::string& config_file, bool daemon_runs);

} // namespace gatehouse::app
