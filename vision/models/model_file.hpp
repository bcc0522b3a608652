#pragma once
#include "vision/models/catalogue.hpp"

#include <filesystem>
#include <string>

namespace gatehouse::vision::models {

// A network file that was read and found to be the one that models.toml means, or why not.
struct ModelFile {
    std::string bytes;    // whole and checked, or empty
    std::string why;      // one sentence that names the file; empty: `bytes` may be given to OpenCV
    bool missing = false; // there is no such file: an opt-in model that nobody has put there

    [[nodiscard]] bool ready() const { return why.empty(); }
};

// total: a file that is missing, too long or another one than was meant is a sentence. Blocks; called once
// for each network when the worker starts.
[[nodiscard]] ModelFile read_model(const std::filesystem::path& folder, const Model& model);

} // namespace gatehouse::vision::models
