#pragma once
#include "gateway/cli/cli.hpp"

#include <ostream>
#include <string>

namespace gatehouse::app {

// The verb `restore`: checks a backup and, unless verify_only, puts it in the place of the database named by
// the configuration, which only then has to be good. 0 done, 1 failed, 78 bad configuration.
int restore(const std::string& config_file, const cli::RestoreOrder& order, std::ostream& out,
            std::ostream& err);

} // namespace gatehouse::app
