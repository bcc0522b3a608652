#include "gateway/api/response_head.hpp"

#include "gateway/base/sha256.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include <array>

namespace gatehouse::api {
namespace {

constexpr std::string_view fields_of_every_answer =
    "Content-Security-Policy: default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; worker-src 'self'; manifest-src 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Frame-Options: DENY\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

constexpr std::size_t tagged_max = 256U * 1024;

// RFC 9110 §8.6: these have no body whose length could be told.
bool has_body(unsigned status)
{
    return status != 204 && status != 304;
}

} // namespace

std::string security_fields(bool secure)
{
    std::string text(fields_of_every_answer);
    if (secure) text += "Strict-Transport-Security: max-age=31536000\r\n";
    return text;
}

std::string http_date(base::WallTime when)
{
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    using namespace std::chrono;
    const auto day = floor<std::chrono::days>(when);
    const year_month_day date(day);
    const hh_mm_ss time(floor<seconds>(when - day));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[weekday(day).c_encoding()],
                       static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

std::string_view field_of(const Response& response, std::string_view name)
{
    for (const auto& [field, value] : response.headers)
        if (boost::beast::iequals(field, name)) return value;
    return {};
}

void tag(Response& response)
{
    const bool whole = response.status == 200 && response.content_type == "application/json" &&
                       response.body.size() <= tagged_max;
    if (whole && field_of(response, "ETag").empty())
        response.headers.emplace_back("ETag", '"' + base::sha256_hex(response.body) + '"');
}

bool is_known_to_client(const Response& response, std::string_view if_none_match)
{
    const auto tag = field_of(response, "ETag");
    return response.status == 200 && !tag.empty() && if_none_match.find(tag) != std::string_view::npos;
}

std::string head_of(const Response& response, const ResponseFacts& facts)
{
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    text += std::string_view(
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status)));
    text += "\r\nDate: " + http_date(facts.now) + "\r\n";
    if (has_body(response.status)) {
        const auto size = response.long_body ? response.long_body->size : response.body.size();
        text += "Content-Type: " + response.content_type + "\r\n";
        text += "Content-Length: " + std::to_string(size) + "\r\n";
    }
    if (field_of(response, "Cache-Control").empty()) text += "Cache-Control: no-store\r\n";
    text += security_fields(facts.secure);
    for (const auto& [name, value] : response.headers)
        text += name + ": " + value + "\r\n";
    if (!response.allow.empty()) text += "Allow: " + response.allow + "\r\n";
    if (!facts.keep_alive) text += "Connection: close\r\n";
    return text + "\r\n";
}

} // namespace gatehouse::api
