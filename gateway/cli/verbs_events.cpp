#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <thread>

namespace gatehouse::cli {
namespace {

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
    for (bool met = false, lost = false;;) {
        const auto reply = console.client().get(query(options, after));
        if (!reply) {
            if (!lost) console.unreachable(reply.error());
            // It was there: a restart is no reason to end, nor to miss what it has to say.
            if (!options.follow || !met) return 1;
            lost = true;
            std::this_thread::sleep_for(options.pause);
            continue;
        }
        if (!reply->ok()) return console.refused(*reply), 1;
        met = true;
        lost = false;
        auto events = items_of(reply->json(), "events");
        if (after < 0) std::reverse(events.begin(), events.end());
        for (const auto& event : events) {
            print_event(console, event);
            after = std::max(after, sequence_of(event));
        }
        console.out.flush();
        if (!options.follow) return 0;
        after = std::max<std::int64_t>(after, 0);
        if (events.empty()) std::this_thread::sleep_for(options.pause);
    }
}

} // namespace gatehouse::cli
