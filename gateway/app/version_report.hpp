#pragma once
#include <ostream>

namespace gatehouse::app {

// The verb `version`: version, commit, build type and the libraries the process runs with. Always 0.
int print_version(bool json, std::ostream& out);

} // namespace gatehouse::app
