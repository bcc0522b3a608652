// links: gatehouse_isapi
#include "protocols/isapi/event_map.hpp"
#include "protocols/isapi/list_messages.hpp"
#include "protocols/isapi/search.hpp"
#include "protocols/isapi/status.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gatehouse::isapi;

// Whatever a terminal answers in JSON: events, pages of a search, statuses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    MapContext context;
    context.device = "d";
    const auto parsed = parse_alert(text);
    if (parsed.alert.has_value() == (parsed.flaw != ParseFlaw::none)) std::abort();
    if (parsed.alert) {
        const auto mapped = map(*parsed.alert, context);
        (void)record_key(1, mapped);
        (void)picture_kind(text, mapped);
    }
    if (const auto page = parse_acs_page(text)) {
        if (page->matches < static_cast<int>(page->rows.size())) std::abort();
        for (const auto& row : page->rows)
            (void)map(row, context);
    }
    if (const auto page = parse_person_list(text, std::chrono::minutes(480)))
        if (page->matches < static_cast<int>(page->rows.size())) std::abort();
    (void)parse_card_list(text);
    (void)judge(200, "", text);
    (void)parse_device_info(text);
    (void)parse_device_time(text, std::chrono::minutes(480));
    return 0;
}
