// links: gatehouse_dahua
#include "protocols/dahua/answer.hpp"
#include "protocols/dahua/event_map.hpp"
#include "protocols/dahua/find.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace gatehouse::dahua;

// Whatever a device answers or posts: events, rows of a log, ITSAPI, times, answers of the search.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const MapContext context;
    const auto notices = read_notices(text);
    if (!notices.events.empty() && !notices.flaw.empty()) std::abort();
    for (const auto& notice : notices.events) {
        const auto mapped = map(notice, context);
        if ((mapped.outcome == Mapped::Outcome::refused) != (mapped.refusal.reason != RefusalReason::none))
            std::abort();
    }
    const auto tree = read_lines(text);
    (void)map_record(*tree, context);
    if (const auto body = read_json(text)) {
        (void)map_tollgate(*body, context);
        (void)map_alarm(*body, context);
    }
    (void)local_time(text);
    (void)judge(200, std::string(text));
    (void)find_method.read(text, gatehouse::base::Endpoint{});
    return 0;
}
