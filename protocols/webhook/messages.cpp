#include "protocols/webhook/messages.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "protocols/net/hmac.hpp"
#include "protocols/net/http_date.hpp"
#include "protocols/wire/base64.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::webhook {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds retry_after_max = 1h;

// Seconds or a date (RFC 9110 §10.2.3); 0 for any other text.
std::chrono::milliseconds retry_after(std::string_view text, base::WallTime now)
{
    std::int64_t seconds = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, seconds);
    if (read.ec == std::errc::result_out_of_range) return retry_after_max;
    std::chrono::milliseconds wait{0};
    if (read.ec == std::errc{} && read.ptr == end)
        wait = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 3600));
    else if (const auto date = net::parse_http_date(text))
        wait = *date - now;
    return std::clamp(wait, std::chrono::milliseconds(0), retry_after_max);
}

} // namespace

std::optional<base::Secret> decode_secret(std::string_view written)
{
    constexpr std::string_view prefix = "whsec_";
    if (!written.starts_with(prefix)) return std::nullopt;
    auto key = wire::from_base64(written.substr(prefix.size()));
    if (!key || key->size() < 24 || key->size() > 64) return std::nullopt;
    return base::Secret(std::move(*key));
}

std::string signatures(const std::vector<base::Secret>& keys, const std::string& id, std::int64_t timestamp,
                       std::string_view body)
{
    const auto what = id + "." + std::to_string(timestamp) + "." + std::string(body);
    std::string all;
    for (const auto& key : keys)
        all += (all.empty() ? "v1," : " v1,") + wire::to_base64(net::hmac_sha256(key.expose(), what));
    return all;
}

std::string body_of(const notify::Notification& notification, const model::Names& names)
{
    std::string body;
    model::JsonWriter json(body);
    const auto state = notify::to_string(notification.stage);
    const auto at = base::format_time(notification.at, names.utc_offset);
    json.begin_object().member("type", std::string_view("alert." + std::string(state) + ".v1"));
    json.member("timestamp", std::string_view(at)).key("data").begin_object();
    json.member("alert_id", std::string_view(notification.alert_id)).member("state", state);
    json.member("severity", notification.severity).member_if("kind", notification.kind);
    json.member_if("device", notification.device).member_if("lane", notification.lane);
    json.member("text", std::string_view(notification.title));
    json.member_if("site", names.site).member_if("gateway", names.gateway).end_object().end_object();
    return body;
}

notify::Verdict judge(const net::Posted& answer, base::WallTime now)
{
    const auto status = answer.status;
    if (status >= 200 && status < 300) return {Kind::sent};
    const auto told = "HTTP status " + std::to_string(status);
    if (status == 410) return {Kind::stopped, told + ": the receiver is gone for good"};
    const bool asks_to_wait = status == 429 || (status >= 502 && status <= 504);
    if (asks_to_wait) return {Kind::retry, told, retry_after(answer.headers.find("Retry-After"), now)};
    return {Kind::retry, told}; // a redirect too: it is never followed
}

} // namespace gatehouse::webhook
