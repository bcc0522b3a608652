#include "gateway/api/passage_filter.hpp"
#include "gateway/api/resources.hpp"

namespace gatehouse::api {

Reply shift(const Context& context, Request request)
{
    if (!context.services.shift) co_return not_served();
    const auto since = read_time(request.text("since"), context.services.utc_offset);
    if (!since) co_return problem(400, "since is a time such as 2026-01-01T08:05:00+08:00");
    std::optional<base::WallTime> begin;
    if (*since != base::WallTime{}) begin = *since;
    std::function<bool(const std::string&)> sees_lane = [who = request.who](const std::string& lane) {
        return who.sees_lane(lane);
    };
    auto text = co_await context.services.shift(begin, std::move(sees_lane));
    if (!text) co_return problem(text.error());
    co_return json_response(std::move(*text));
}

} // namespace gatehouse::api
