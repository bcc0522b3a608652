#include "gateway/api/static_files.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::api {
namespace {

constexpr std::string_view start_page = "/index.html";

// Paths of the API, where an unknown one is an error and no page.
bool is_api(std::string_view path)
{
    constexpr std::array own{std::string_view("/healthz"), std::string_view("/readyz"),
                             std::string_view("/metrics"), std::string_view("/api")};
    return path.starts_with("/api/") || std::find(own.begin(), own.end(), path) != own.end();
}

Response without_console()
{
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = "Gatehouse runs here, built without its console; the API is at /api/v1.\n";
    return response;
}

// Vite puts a hash of the content into the names below assets/: such a file never changes.
std::string_view caching_of(std::string_view path)
{
    return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

} // namespace

StaticFiles::StaticFiles(std::span<const StaticFile> files)
{
    for (const auto& file : files)
        files_.emplace(file.path, file);
}

const StaticFile* StaticFiles::find(std::string_view path) const
{
    const auto found = files_.find(path == "/" ? start_page : path);
    return found == files_.end() ? nullptr : &found->second;
}

std::optional<Response> StaticFiles::answer(std::string_view target, Wants wants) const
{
    const auto path = target.substr(0, target.find_first_of("?#"));
    if (is_api(path)) return std::nullopt;
    if (files_.empty()) return path == "/" ? std::optional(without_console()) : std::nullopt;
    const auto* file = find(path);
    if (file == nullptr && wants.html) file = find(start_page);
    if (file == nullptr) return std::nullopt;
    const bool gzip = wants.gzip && !file->gzip.empty();
    Response response;
    response.content_type = file->type;
    response.body = gzip ? file->gzip : file->bytes;
    response.headers = {{"Cache-Control", std::string(caching_of(file->path))},
                        {"ETag", '"' + std::string(file->hash) + (gzip ? "-gzip\"" : "\"")},
                        {"Vary", "Accept-Encoding"}};
    if (gzip) response.headers.emplace_back("Content-Encoding", "gzip");
    return response;
}

} // namespace gatehouse::api
