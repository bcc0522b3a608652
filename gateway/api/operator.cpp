#include "gateway/api/operator.hpp"

#include "gateway/api/json_body.hpp"

namespace gatehouse::api {

std::string operator_of(const Request& request)
{
    return request.control ? request.text("operator") : request.who.name;
}

std::string operator_of(const Request& request, const boost::json::object& body)
{
    return request.control ? text_of(body, "operator") : request.who.name;
}

account::Actor actor_of(const Request& request, const std::string& operator_name)
{
    if (request.control)
        return {operator_name.empty() ? request.peer : operator_name + " (" + request.peer + ")", {}};
    const auto& who = request.who;
    if (who.name.empty() || who.name == request.peer) return {request.peer, request.address};
    const std::string kind = who.role ? std::string(account::to_string(*who.role)) : "token";
    return {who.name + " (" + kind + ", " + request.address + ")", request.address};
}

} // namespace gatehouse::api
