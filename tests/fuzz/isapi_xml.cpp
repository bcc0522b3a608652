// links: gatehouse_isapi
#include "protocols/isapi/event_map.hpp"
#include "protocols/isapi/host_list.hpp"
#include "protocols/isapi/list_messages.hpp"
#include "protocols/isapi/search.hpp"
#include "protocols/isapi/status.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gatehouse::isapi;

// Whatever a device answers in XML goes through every reader that could meet it.
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
        if ((mapped.outcome == Mapped::Outcome::refused) != (mapped.refusal.reason != RefusalReason::none))
            std::abort();
    }
    if (const auto plates = parse_plates(text))
        for (const auto& row : plates->rows)
            (void)map(row, context);
    if (auto list = HostList::parse(text)) {
        const auto before = list->document();
        for (const auto& host : list->hosts()) {
            NotificationHost ours = host;
            ours.url = "/push/x";
            (void)list->set(host.id, ours);
            (void)list->restore(host.id, before);
        }
        if (!HostList::parse(list->document())) std::abort();
    }
    (void)parse_plate_list(text, std::chrono::minutes(480));
    (void)judge(200, "", text);
    (void)parse_device_info(text);
    (void)parse_user_check(text);
    (void)parse_device_time(text, std::chrono::minutes(480));
    (void)parse_posix_zone(text);
    (void)parse_gate_state(text);
    (void)parse_door_capabilities(text);
    (void)parse_io_outputs(text);
    (void)parse_io_state(text);
    (void)parse_admin_accesses(text);
    return 0;
}
