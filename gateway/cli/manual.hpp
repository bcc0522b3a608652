#pragma once
#include <string>

namespace CLI {
class App;
}

namespace gatehouse::cli {

// The man page (section 8, man(7) macros) and the bash completion, written from the same description of the
// verbs that parses the command line, so they cannot say anything else.
[[nodiscard]] std::string man_page(const CLI::App& app, const std::string& version);
[[nodiscard]] std::string bash_completion(const CLI::App& app);

} // namespace gatehouse::cli
