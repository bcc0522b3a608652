#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::models {

// One network file, as vision/models.toml describes it.
struct Model {
    std::string name;
    std::string file;
    std::string sha256; // lower-case hex
    std::uint64_t bytes = 0;
    bool shipped = false; // in the package; otherwise an installer's choice
    std::string licence;
    std::string from;
    std::string what;
    std::string figures; // as measured, for whoever reads them
};

// The table of a text in the part of TOML that models.toml keeps to: [[model]], then one `key = value` a
// line, a value being a quoted text without escapes, a whole number, true or false. Errors, as a sentence in
// `why`: anything else. The text is ours and compiled in: a test reads it, so a mistake never leaves the
// house.
struct Catalogue {
    std::vector<Model> models;
    std::string why; // empty: all of it was understood
};
[[nodiscard]] Catalogue read_catalogue(std::string_view text);

// vision/models.toml as it was when we were compiled.
extern const std::string_view models_text;
[[nodiscard]] const std::vector<Model>& catalogue();
// Null: no model has that name.
[[nodiscard]] const Model* find(std::string_view name);

} // namespace gatehouse::vision::models
