// links: gatehouse_dahua
#include "protocols/dahua/explain.hpp"
#include "protocols/dahua/parts.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace gatehouse::dahua;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

} // namespace

// The first byte chooses piece size, limits and whether a boundary is announced; the rest is a stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::uint8_t choice = data[0];
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    PartLimits limits;
    if ((choice & 2) != 0) limits = {.text_max = 256, .picture_max = 512, .header_max = 128};
    PartScanner scanner((choice & 1) != 0 ? "multipart/x-mixed-replace; boundary=myboundary" : "", limits);
    const std::size_t piece = 1 + (choice >> 2);
    std::size_t given = 0;
    const auto take = [&] {
        while (const auto part = scanner.next()) {
            given += part->body->size();
            require(part->body->size() <=
                    (part->kind == Part::Kind::picture ? limits.picture_max : limits.text_max));
        }
    };
    for (std::size_t at = 0; at < body.size(); at += piece) {
        scanner.feed(body.substr(at, piece));
        take();
        require(scanner.pending() <= limits.picture_max + limits.text_max + limits.header_max + 4096);
    }
    scanner.finish();
    take();
    require(given <= body.size());
    const std::string whole(body);
    require(redact(whole).size() == whole.size());
    (void)explain_bytes(body, MapContext{});
    return 0;
}
