#include "gateway/config/secret_source.hpp"

#include "gateway/base/read_file.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdlib>

namespace gatehouse::config {
namespace {

constexpr std::size_t secret_size_max = 64U * 1024;

SecretFound problem(std::string text, bool outside_service = false)
{
    return {std::nullopt, std::move(text), outside_service};
}

// The content without the line end that editors add.
SecretFound content_of(const std::filesystem::path& file)
{
    auto text = base::read_file(file, secret_size_max);
    if (!text && text.error() == base::Errc::too_large)
        return problem("\"" + file.string() + "\" is larger than 64 KiB, so it is not a secret");
    if (!text) return problem("\"" + file.string() + "\" cannot be read: " + text.error().message());
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (text->empty()) return problem("\"" + file.string() + "\" is empty");
    return {base::Secret(std::move(*text)), {}, false};
}

} // namespace

SecretFound read_credential(const std::string& name)
{
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string("/\0", 2)) != std::string::npos)
        return problem("the name of a credential is one file name, such as \"lpr-in-1\"");
    const char* directory =
        std::getenv("CREDENTIALS_DIRECTORY"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (directory == nullptr)
        return problem("credential \"" + name +
                           "\" cannot be read here: CREDENTIALS_DIRECTORY is not set; the unit sets it "
                           "(LoadCredential=" +
                           name + ":PATH)",
                       true);
    const auto file = std::filesystem::path(directory) / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
        return problem("there is no credential \"" + name +
                       "\" in CREDENTIALS_DIRECTORY; the unit needs LoadCredential=" + name + ":PATH");
    return content_of(file);
}

SecretFound read_secret_file(const std::filesystem::path& file)
{
    struct stat status {};
    if (file.native().find('\0') != std::string::npos || ::stat(file.c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode))
        return problem("\"" + file.string() + "\" is not a file that can be read");
    if ((status.st_mode & 077U) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777U));
        return problem("\"" + file.string() + "\" has mode " + mode.data() +
                       ", so others can read it; right is 0600 (chmod 600)");
    }
    return content_of(file);
}

} // namespace gatehouse::config
