#pragma once
#include "gateway/api/static_file.hpp"

#include <span>

namespace gatehouse::app {

// The console's files, as the build has put them into the executable; none in a build without it. Defined by
// the build (.cmake/console.cmake), for the executable alone.
[[nodiscard]] std::span<const api::StaticFile> console_files();

} // namespace gatehouse::app
