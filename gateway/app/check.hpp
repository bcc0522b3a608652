#pragma once
#include "gateway/app/registry.hpp"

#include <ostream>
#include <string>

namespace gatehouse::app {

// Reads the configuration with the checks of every protocol in the registry. A file that cannot be read is an
// issue, too.
[[nodiscard]] config::SiteConfig load_config(const std::string& file, config::Issues& issues,
                                             const Registry& registry = {});

// The same for a gateway that runs with it: secrets that are there only inside the service must be there.
[[nodiscard]] config::SiteConfig load_config_to_run(const std::string& file, config::Issues& issues,
                                                    const Registry& registry = {});

// The verb `check`: prints every issue, in the order of the file; returns 0 or 78 (EX_CONFIG). Without side
// effects.
int check_config(const std::string& file, bool json, std::ostream& out, std::ostream& err);

} // namespace gatehouse::app
