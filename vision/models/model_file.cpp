#include "vision/models/model_file.hpp"

#include "gateway/base/read_file.hpp"
#include "gateway/base/sha256.hpp"

namespace gatehouse::vision::models {

ModelFile read_model(const std::filesystem::path& folder, const Model& model)
{
    const auto path = folder / model.file;
    ModelFile file;
    auto bytes = base::read_file(path, model.bytes);
    if (!bytes) {
        file.missing = bytes.error() == std::errc::no_such_file_or_directory;
        file.why = bytes.error() == base::Errc::too_large
                       ? path.string() + " is longer than the " + std::to_string(model.bytes) +
                             " bytes it should have"
                       : path.string() + " cannot be read: " + bytes.error().message();
        return file;
    }
    const auto found = base::sha256_hex(*bytes);
    if (found == model.sha256)
        file.bytes = std::move(*bytes);
    else
        file.why = path.string() + " is not the file it should be: SHA-256 " + model.sha256 + " wanted, " +
                   found + " found";
    return file;
}

} // namespace gatehouse::vision::models
