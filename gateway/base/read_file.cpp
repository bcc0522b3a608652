#include "gateway/base/read_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace gatehouse::base {
namespace {

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max)
{
    // A stream would throw on a folder, which can be opened and not read.
    const auto close = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"), close);
    if (!file) return last_error();
    std::string text;
    std::array<char, 16'384> chunk{};
    for (;;) {
        const auto size = std::fread(chunk.data(), 1, chunk.size(), file.get());
        if (std::ferror(file.get()) != 0) return last_error();
        if (size == 0) return text;
        if (text.size() + size > size_max) return Errc::too_large;
        text.append(chunk.data(), size);
    }
}

} // namespace gatehouse::base
