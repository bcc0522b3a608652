#pragma once
#include "gateway/api/message.hpp"
#include "gateway/api/static_file.hpp"

#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace gatehouse::api {

// The console's files. A path is looked up as it was sent, in a map: there is no file system behind it that
// a path could wander about in. io thread only.
class StaticFiles {
public:
    // What the browser takes.
    struct Wants {
        bool html = false;
        bool gzip = false;
    };

    explicit StaticFiles(std::span<const StaticFile> files);

    // What a GET of the target gets; nothing for what is not the console's. Every page of the console is
    // index.html: its own router reads the path.
    [[nodiscard]] std::optional<Response> answer(std::string_view target, Wants wants) const;

private:
    [[nodiscard]] const StaticFile* find(std::string_view path) const;

    std::map<std::string_view, StaticFile> files_;
};

} // namespace gatehouse::api
