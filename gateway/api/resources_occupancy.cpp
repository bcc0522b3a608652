#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"

namespace gatehouse::api {
namespace {

constexpr std::int64_t inside_max = 1'000'000;

Response occupancy_response(const Context& context, const Occupied& occupied)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    write_occupancy(json, occupied, context.services.utc_offset);
    json.end_object();
    return json_response(std::move(text));
}

// False when the member is there and is no number that can be.
bool read_number(const boost::json::object& body, std::string_view name, std::optional<int>& number)
{
    if (!body.contains(name)) return true;
    const auto read = number_of(body, name, 0, 0, inside_max);
    if (read) number = static_cast<int>(*read);
    return read.has_value();
}

} // namespace

Reply occupancy(const Context& context, Request)
{
    if (!context.services.occupancy) co_return not_served();
    co_return occupancy_response(context, context.services.occupancy());
}

Reply occupancy_set(const Context& context, Request request)
{
    if (!context.services.occupancy_set) co_return not_served();
    const auto body = read_object(request.body);
    passage::Correction correction;
    if (body) {
        correction.actor = operator_of(request, *body);
        correction.reason = text_of(*body, "reason");
    }
    if (!body || correction.actor.empty() || !read_number(*body, "vehicles", correction.vehicles) ||
        !read_number(*body, "persons", correction.persons) || (!correction.vehicles && !correction.persons))
        co_return problem(400, "the body must be a JSON object with \"operator\" and \"vehicles\" or "
                               "\"persons\", whole numbers from 0 to 1000000");
    const auto corrected = co_await context.services.occupancy_set(std::move(correction));
    if (!corrected) co_return problem(corrected.error());
    co_return occupancy_response(context, *corrected);
}

} // namespace gatehouse::api
