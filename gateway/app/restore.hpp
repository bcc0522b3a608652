#pragma once
#include <ostream>
#include <string>

namespace gatehouse::app {

// The verb `restore`: checks a backup and, unless verify_only, puts it in the place of the database named by
// the configuration. 0 done, 1 failed, 78 bad configuration.
int restore(const std::string& config_file, const std::string& backup_file, bool verify_only,
            std::ostream& out, std::ostream& err);

} // namespace gatehouse::app
