// links: gatehouse_isapi
#include "protocols/isapi/multipart.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gatehouse::isapi;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

} // namespace

// The first byte chooses piece size, limits and whether a boundary is announced; the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::uint8_t choice = data[0];
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string_view type = (choice & 1) != 0 ? "multipart/mixed; boundary=boundary" : "";
    MultipartLimits limits;
    if ((choice & 2) != 0)
        limits = {.document_max = 256, .picture_max = 512, .header_max = 128, .parts_max = 8};
    const std::size_t piece = 1 + (choice >> 2);

    Multipart scanner(type, limits);
    std::size_t given = 0;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        scanner.feed(body.substr(at, piece));
        while (const auto part = scanner.next()) {
            given += part->body->size();
            require(part->body->size() <=
                    (part->kind == Part::Kind::picture ? limits.picture_max : limits.document_max));
        }
        require(scanner.pending() <= limits.document_max + limits.picture_max + limits.header_max + 4096);
    }
    scanner.finish();
    while (const auto part = scanner.next())
        given += part->body->size();
    require(scanner.pending() == 0);
    require(given <= body.size());

    const auto post = SplitPost::of(type, body, limits);
    require(post.parts.size() <= limits.parts_max);
    return 0;
}
