#pragma once
#include "gateway/audit/chain_check.hpp"

#include <string>

namespace gatehouse::audit {

// {"whole", "rows", "first", "head", "faults_total", "faults", "alarms", "notes"}: the same for the API and
// for a check without the daemon.
[[nodiscard]] std::string to_json(const Report& report);

} // namespace gatehouse::audit
