#include "gateway/store/first_page.hpp"

#include "gateway/base/log.hpp"
#include "gateway/store/file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::store {
namespace {

constexpr std::size_t first_page_bytes = 8192;
constexpr std::size_t changing_bytes =
    100; // changes with every commit; the salvage writes what it needs of it

std::filesystem::path kept_in(const std::filesystem::path& directory)
{
    return directory / "first-page";
}

} // namespace

void keep_first_page(const std::filesystem::path& database)
{
    const auto directory = database.parent_path();
    const auto page = first_page_of(database);
    const auto kept = kept_first_page(directory);
    if (page.empty() || (kept && kept->substr(changing_bytes) == page.substr(changing_bytes))) return;
    if (const auto done = write_atomically(kept_in(directory), page); !done)
        base::log::warn("the database's first page could not be kept", base::kv("why", done.error()));
}

std::optional<std::string> kept_first_page(const std::filesystem::path& directory)
{
    auto page = read_file(kept_in(directory));
    if (!page || page->size() != first_page_bytes || !page->starts_with("SQLite format 3"))
        return std::nullopt;
    return std::move(*page);
}

std::string first_page_of(const std::filesystem::path& database)
{
    std::string page(first_page_bytes, '\0');
    const File file = File::open(database, O_RDONLY);
    const auto size = file.valid() ? ::pread(file.get(), page.data(), page.size(), 0) : -1;
    return size == static_cast<ssize_t>(first_page_bytes) ? page : std::string();
}

void forget_first_page(const std::filesystem::path& directory)
{
    std::error_code ignored; // there may be none
    std::filesystem::remove(kept_in(directory), ignored);
}

} // namespace gatehouse::store
