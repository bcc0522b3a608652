#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace gatehouse::cli {
namespace {

constexpr auto poll_period = std::chrono::milliseconds(500);

std::int64_t sequence_of(const boost::json::value& event)
{
    const auto* members = event.if_object();
    const auto* value = members == nullptr ? nullptr : members->if_contains("seq");
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

void print_event(const Console& console, const boost::json::value& event)
{
    if (console.json) return console.print(event);
    console.out << text_of(event, "seq") << "  " << text_of(event, "time") << "  " << text_of(event, "device")
                << "  " << text_of(event, "type") << "  " << text_of(event, "data") << "\n";
}

std::string query(const TailOptions& options, std::int64_t after)
{
    std::string target = "/api/v1/events?limit=" + std::to_string(options.limit);
    if (!options.device.empty()) target += "&device=" + encoded(options.device);
    target += after < 0 ? std::string("&order=desc") : "&after=" + std::to_string(after);
    return target;
}

} // namespace

int events_tail(const Console& console, const TailOptions& options)
{
    auto after = options.after;
    for (;;) {
        const auto reply = console.fetch(query(options, after));
        if (!reply) return 1;
        auto events = items_of(*reply, "events");
        if (after < 0) std::reverse(events.begin(), events.end());
        for (const auto& event : events) {
            print_event(console, event);
            after = std::max(after, sequence_of(event));
        }
        console.out.flush();
        if (!options.follow) return 0;
        after = std::max<std::int64_t>(after, 0);
        if (events.empty()) std::this_thread::sleep_for(poll_period);
    }
}

} // namespace gatehouse::cli
