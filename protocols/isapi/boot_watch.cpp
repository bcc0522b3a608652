#include "protocols/isapi/boot_watch.hpp"

#include "protocols/isapi/document.hpp"

#include <utility>

namespace gatehouse::isapi {

using namespace std::chrono_literals;

namespace {

constexpr const char* started_key = "device/started";
// What our clock, theirs and the way of the answer may be apart between two questions.
constexpr auto doubt = 60s;

} // namespace

asio::awaitable<bool> BootWatch::restarted()
{
    const bool missed = std::exchange(missed_, false);
    const auto answer = co_await session_.get("/ISAPI/System/status");
    const auto up_time = answer.ok() ? parse_up_time(answer.body)
                                     : base::Result<std::chrono::seconds>(base::Errc::unsupported);
    if (!up_time) co_return missed;
    const auto started = std::chrono::duration_cast<std::chrono::seconds>(
        (session_.context.clock.wall() - *up_time).time_since_epoch());
    const auto before = whole_number(session_.context.memory.find(started_key).value_or(""));
    if (before && std::chrono::abs(started - std::chrono::seconds(*before)) <= doubt) co_return false;
    const auto saved = co_await session_.context.memory.put(started_key, std::to_string(started.count()));
    if (!saved) session_.tell_once("started", "start of the device not saved", saved.error().message());
    co_return before.has_value();
}

} // namespace gatehouse::isapi
