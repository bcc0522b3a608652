#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"

namespace gatehouse::api {

Reply fire(const Context& context, Request)
{
    if (!context.services.fire) co_return not_served();
    co_return json_response(context.services.fire());
}

Reply fire_clear(const Context& context, Request request)
{
    if (!context.services.fire_clear) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || operator_of(request, *body).empty() || text_of(*body, "reason").empty())
        co_return problem(
            400, "the body must be a JSON object with \"operator\" and \"reason\": who says that the fire "
                 "is over, and why");
    const auto cleared =
        co_await context.services.fire_clear(operator_of(request, *body), text_of(*body, "reason"));
    if (!cleared && cleared.error() == base::Errc::not_found) co_return problem(409, "nothing burns");
    if (!cleared && cleared.error() == base::Errc::conflict)
        co_return problem(409, "a fire input is still on: reset the fire panel first");
    if (!cleared) co_return problem(cleared.error());
    co_return json_response(context.services.fire ? context.services.fire() : "{}");
}

} // namespace gatehouse::api
