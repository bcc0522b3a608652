#pragma once
#include "gateway/cli/offline_answer.hpp"

namespace gatehouse::app {

// The verb `audit verify` without the daemon: goes over the audit in the configuration's data directory.
// `head`: NUMBER:HASH that somebody has kept, or empty.
[[nodiscard]] cli::OfflineAnswer verify_audit_offline(const std::string& config_file,
                                                      const std::string& head);

} // namespace gatehouse::app
