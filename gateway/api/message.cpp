#include "gateway/api/message.hpp"

#include <boost/beast/http/status.hpp>

#include <charconv>

namespace gatehouse::api {
namespace {

using base::Errc;

unsigned status_of(base::error_code reason)
{
    if (reason == Errc::not_found) return 404;
    if (reason == Errc::bad_input) return 400;
    if (reason == Errc::too_large) return 413;
    if (reason == Errc::already_exists || reason == Errc::conflict || reason == Errc::busy) return 409;
    if (reason == Errc::overloaded || reason == Errc::unavailable) return 503;
    if (reason == Errc::unsupported) return 501;
    if (reason == Errc::disk_full) return 507;
    if (reason == Errc::timed_out) return 504;
    return 500;
}

} // namespace

std::string Request::text(const std::string& name) const
{
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

std::string Request::part(const std::string& name) const
{
    const auto found = parts.find(name);
    return found == parts.end() ? std::string() : found->second;
}

std::optional<std::int64_t> Request::number(const std::string& name, std::int64_t fallback, std::int64_t min,
                                            std::int64_t max) const
{
    const auto found = query.find(name);
    if (found == query.end()) return fallback;
    const std::string& digits = found->second;
    std::int64_t value = 0;
    const auto [end, reason] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (reason != std::errc() || end != digits.data() + digits.size() || value < min || value > max)
        return std::nullopt;
    return value;
}

Response json_response(std::string body, unsigned status)
{
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Response problem(unsigned status, std::string_view detail)
{
    return problem(status, detail, [](model::JsonWriter&) {});
}

Response problem(unsigned status, std::string_view detail, const WriteMembers& more)
{
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    const auto title = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    model::JsonWriter json(response.body);
    json.begin_object()
        .member("type", "about:blank")
        .member("title", std::string_view(title.data(), title.size()))
        .member("status", static_cast<std::int64_t>(status))
        .member("detail", detail);
    more(json);
    json.end_object();
    return response;
}

Response problem(base::error_code reason)
{
    return problem(status_of(reason), reason.message());
}

Response not_served()
{
    return problem(501, "this gateway does not serve this resource");
}

} // namespace gatehouse::api
