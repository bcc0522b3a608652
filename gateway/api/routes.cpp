#include "gateway/api/routes.hpp"

#include "gateway/api/admission.hpp"
#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <array>

namespace gatehouse::api {
namespace {

using account::Permission;
constexpr auto everybody = std::nullopt;

// What each is for stands in openapi.json; a test holds the two together.
constexpr std::array table{
    Route{"GET", "/healthz", "", everybody, &healthz},
    Route{"GET", "/readyz", "", everybody, &readyz},
    Route{"GET", "/metrics", "", Permission::metrics_read, &metrics},
    Route{"GET", "/api/v1/openapi.json", "", everybody, &openapi_document},
    Route{"GET", "/api/v1/asyncapi.json", "", everybody, &asyncapi_document},
    Route{"GET", "/api/v1/status", "", Permission::status_read, &status},
    Route{"GET", "/api/v1/events", "after before device type limit order", Permission::event_read, &events},
    Route{"GET", "/api/v1/events/stream", "after", Permission::event_read, &event_stream},
    Route{"GET", "/api/v1/events/{id}", "", Permission::event_read, &event},
    Route{"GET", "/api/v1/media/{sha256}", "operator", Permission::picture_read, &media, "picture-view"},
    Route{"POST", "/api/v1/media/{sha256}/evidence", "", Permission::picture_read, &media_evidence},
    Route{"GET", "/api/v1/alerts", "open suppressed limit", Permission::alert_read, &alerts},
    Route{"GET", "/api/v1/alerts/route-test", "severity kind role at", Permission::notify_read, &alert_route},
    Route{"GET", "/api/v1/alerts/{id}", "", Permission::alert_read, &alert},
    Route{"POST", "/api/v1/alerts/{id}/{verb}", "", Permission::alert_write, &alert_order},
    Route{"GET", "/api/v1/silences", "limit", Permission::alert_read, &silences},
    Route{"POST", "/api/v1/silences", "", Permission::alert_write, &silence},
    Route{"POST", "/api/v1/silences/{id}/end", "", Permission::alert_write, &silence_end},
    Route{"GET", "/api/v1/handovers", "limit", Permission::alert_read, &handovers},
    Route{"POST", "/api/v1/handovers", "", Permission::alert_write, &hand_over},
    Route{"GET", "/api/v1/report", "month", Permission::report_read, &report},
    Route{"GET", "/api/v1/commands", "limit", Permission::event_read, &commands},
    Route{"POST", "/api/v1/commands", "", Permission::gate_open, &run_command},
    Route{"GET", "/api/v1/commands/{id}", "", Permission::event_read, &command},
    Route{"GET", "/api/v1/fire", "", Permission::status_read, &fire},
    Route{"POST", "/api/v1/fire/clear", "", Permission::fire_clear, &fire_clear},
    Route{"GET", "/api/v1/devices", "", Permission::status_read, &devices},
    Route{"POST", "/api/v1/devices/find", "", Permission::device_manage, &device_find},
    Route{"GET", "/api/v1/devices/uptime", "month", Permission::report_read, &device_uptime},
    Route{"GET", "/api/v1/devices/{id}", "", Permission::status_read, &device},
    Route{"GET", "/api/v1/devices/{id}/snapshot", "operator", Permission::picture_read, &device_snapshot,
          "picture-view"},
    Route{"GET", "/api/v1/devices/{id}/health", "month", Permission::report_read, &device_health},
    Route{"POST", "/api/v1/devices/{id}/health/relearn", "operator", Permission::device_manage,
          &device_relearn, "device-relearn"},
    Route{"POST", "/api/v1/devices/{id}/test", "", Permission::device_manage, &device_test},
    Route{"POST", "/api/v1/devices/{id}/capture", "operator", Permission::device_manage, &device_capture,
          "device-capture"},
    Route{"POST", "/api/v1/devices/{id}/replace", "operator", Permission::device_manage, &device_replace},
    Route{"POST", "/api/v1/devices/{id}/replay", "", Permission::device_manage, &device_replay},
    Route{"POST", "/api/v1/devices/{id}/prove", "", Permission::device_manage, &device_prove},
    Route{"GET", "/api/v1/devices/{id}/prove", "", Permission::device_manage, &device_proof},
    Route{"POST", "/api/v1/devices/{id}/cut", "operator", Permission::device_manage, &device_cut,
          "device-cut"},
    Route{"POST", "/api/v1/devices/probe", "", Permission::device_manage, &device_probe},
    Route{"GET", "/api/v1/protocols", "", Permission::device_manage, &protocols},
    Route{"GET", "/api/v1/interfaces", "", Permission::device_manage, &interfaces},
    Route{"GET", "/api/v1/lanes", "", Permission::status_read, &lanes},
    Route{"GET", "/api/v1/lanes/live", "", Permission::status_read, &lanes_live},
    Route{"GET", "/api/v1/passages", "q fuzzy kind lane person result from to cursor limit",
          Permission::history_read, &passages},
    Route{"POST", "/api/v1/passages/export", "", Permission::history_read, &passages_export},
    Route{"GET", "/api/v1/shift", "since", Permission::alert_read, &shift},
    Route{"GET", "/api/v1/traffic", "from to by", Permission::report_read, &traffic},
    Route{"GET", "/api/v1/occupancy", "", Permission::status_read, &occupancy},
    Route{"POST", "/api/v1/occupancy", "", Permission::gate_open, &occupancy_set},
    Route{"GET", "/api/v1/lists", "type list q limit offset operator", Permission::list_read, &lists,
          "list-view"},
    Route{"GET", "/api/v1/lists/export", "type list reason operator", Permission::list_export, &list_export,
          "list-export"},
    Route{"GET", "/api/v1/consents", "person", Permission::list_read, &consents},
    Route{"POST", "/api/v1/consents/import", "operator dry_run", Permission::list_write, &consent_import},
    Route{"POST", "/api/v1/consents/withdraw", "person purpose operator", Permission::list_write,
          &consent_withdraw},
    Route{"POST", "/api/v1/lists/enrol", "person operator", Permission::list_write, &face_enrol},
    Route{"POST", "/api/v1/lists/enrol/check", "", Permission::list_write, &enrol_check},
    Route{"GET", "/api/v1/lists/versions", "type list", Permission::list_read, &list_versions},
    Route{"POST", "/api/v1/lists/undo", "type list to operator dry_run", Permission::list_write, &list_undo},
    Route{"POST", "/api/v1/lists/import", "type list operator partial dry_run", Permission::list_write,
          &list_import},
    Route{"POST", "/api/v1/lists/sync", "device diff operator", Permission::list_write, &list_sync},
    Route{"GET", "/api/v1/acceptance", "", Permission::config_read, &acceptances},
    Route{"POST", "/api/v1/acceptance", "", Permission::acceptance_write, &acceptance_begin},
    Route{"GET", "/api/v1/acceptance/{id}", "", Permission::config_read, &acceptance},
    Route{"POST", "/api/v1/acceptance/{id}/items/{item}", "", Permission::acceptance_write, &acceptance_item},
    Route{"POST", "/api/v1/acceptance/{id}/run", "", Permission::acceptance_write, &acceptance_check},
    Route{"POST", "/api/v1/acceptance/{id}/sign", "", Permission::acceptance_write, &acceptance_sign},
    Route{"POST", "/api/v1/rules/preview", "", Permission::config_read, &rules_preview},
    Route{"GET", "/api/v1/explain", "plate lane at", Permission::list_read, &explain},
    Route{"GET", "/api/v1/queue", "", Permission::status_read, &queue},
    Route{"GET", "/api/v1/queue/{upstream}/peek", "limit", Permission::event_read, &queue_peek},
    Route{"GET", "/api/v1/queue/{upstream}/quarantine", "limit", Permission::event_read, &queue_quarantine},
    Route{"POST", "/api/v1/notify/{channel}/test", "operator", Permission::device_manage, &channel_test,
          "notify-test"},
    Route{"POST", "/api/v1/queue/{upstream}/drain", "operator", Permission::device_manage, &queue_drain,
          "queue-drain"},
    Route{"GET", "/api/v1/audit", "after before actor action order limit", Permission::audit_read,
          &audit_rows},
    Route{"GET", "/api/v1/audit/verify", "head", Permission::audit_read, &audit_verify},
    Route{"POST", "/api/v1/backup", "operator", Permission::backup, &backup, "backup"},
    Route{"GET", "/api/v1/config", "", Permission::config_read, &config_text},
    Route{"PUT", "/api/v1/config", "", Permission::config_write, &config_put},
    Route{"POST", "/api/v1/config", "operator", Permission::config_write, &reload, "config-reload"},
    Route{"POST", "/api/v1/config/check", "", Permission::config_write, &config_check},
    Route{"GET", "/api/v1/config/history", "", Permission::config_read, &config_history},
    Route{"GET", "/api/v1/config/history/{number}", "", Permission::config_read, &config_past},
    Route{"POST", "/api/v1/config/undo", "", Permission::config_write, &config_undo},
    Route{"GET", "/api/v1/session", "", everybody, &session},
    Route{"POST", "/api/v1/session", "", everybody, &log_in},
    Route{"DELETE", "/api/v1/session", "", everybody, &log_out},
    Route{"POST", "/api/v1/session/password", "", everybody, &password_change},
    Route{"POST", "/api/v1/setup", "", everybody, &set_up},
    Route{"GET", "/api/v1/users", "", Permission::account_manage, &users},
    Route{"POST", "/api/v1/users", "", Permission::account_manage, &user_add},
    Route{"POST", "/api/v1/users/{name}", "", Permission::account_manage, &user_change},
    Route{"DELETE", "/api/v1/users/{name}", "operator", Permission::account_manage, &user_remove},
    Route{"POST", "/api/v1/users/{name}/password", "", Permission::account_manage, &user_password},
    Route{"GET", "/api/v1/tokens", "", Permission::account_manage, &tokens},
    Route{"POST", "/api/v1/tokens", "", Permission::account_manage, &token_add},
    Route{"DELETE", "/api/v1/tokens/{id}", "operator", Permission::account_manage, &token_remove},
};

using Segments = std::vector<std::string>;

// Splits "/a/{b}" at its slashes.
std::vector<std::string_view> split(std::string_view path)
{
    std::vector<std::string_view> found;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        found.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return found;
}

bool matches(const Route& route, const Segments& segments, std::map<std::string, std::string>& parts)
{
    const auto wanted = split(route.path);
    if (wanted.size() != segments.size()) return false;
    parts.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{'))
            parts.emplace(wanted[i].substr(1, wanted[i].size() - 2), segments[i]);
        else if (wanted[i] != segments[i])
            return false;
    }
    return true;
}

// What a use of the route was about: what its path names, else the lists that were asked for.
std::string target_of(const Route& route, const Request& request)
{
    std::string target;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) target += (target.empty() ? "" : "/") + text;
    };
    for (const auto& [name, value] : request.parts)
        add(value);
    add(request.text("type"));
    add(request.text("list"));
    return target.empty() ? std::string(route.path) : target;
}

// Why it is asked for, as query or body say.
std::string reason_of(const Request& request)
{
    auto reason = request.text("reason");
    if (!reason.empty() || request.body.size() > 64U * 1024 || !request.body.starts_with('{')) return reason;
    const auto body = read_object(request.body);
    return body ? text_of(*body, "reason") : std::string();
}

audit::Record record_of(const Context& context, const Route& route, const Request& request)
{
    return {.at = context.clock.wall(),
            .actor = actor_of(request, operator_of(request)).text,
            .action = std::string(route.audited),
            .target = target_of(route, request),
            .detail = reason_of(request),
            .result = ""};
}

audit::Record refusal_of(const Context& context, const Route& route, const Request& request)
{
    auto record = record_of(context, route, request);
    record.action = "api-refused";
    record.target = std::string(route.method) + " " + std::string(route.path);
    record.result = "refused: 403";
    return record;
}

// Whatever the police look at is looked at under a law that asks who did, and when.
bool is_view_of_police(const Route& route, const Request& request)
{
    return request.who.role == account::Role::police &&
           (route.permission == Permission::event_read || route.permission == Permission::history_read);
}

// Over TCP every change is recorded before it is made, whatever its resource records besides: the name, role
// and address of whoever asked. False when it could not be.
asio::awaitable<bool> note_asked(const Context& context, const Route& route, const Request& request)
{
    const bool change = route.method != "GET";
    const bool wanted =
        route.audited.empty() && route.permission && (change || is_view_of_police(route, request));
    if (request.control || !wanted || !context.services.record) co_return true;
    auto record = record_of(context, route, request);
    record.action = change ? "api-change" : "api-view";
    record.target = std::string(route.method) + " " + target_of(route, request);
    record.result = "asked";
    const auto recorded = co_await context.services.record(std::move(record));
    co_return recorded.has_value();
}

} // namespace

std::span<const Route> routes()
{
    return table;
}

std::optional<std::vector<std::string>> read_target(Request& request)
{
    const auto url = boost::urls::parse_origin_form(request.path);
    if (!url) return std::nullopt;
    for (const auto& parameter : url->params())
        request.query.emplace(parameter.key, parameter.value);
    std::vector<std::string> segments;
    for (const auto& segment : url->segments())
        segments.emplace_back(segment);
    return segments;
}

asio::awaitable<Response> respond(const Context& context, Request request)
{
    const auto segments = read_target(request);
    if (!segments) co_return problem(400, "the request target is no path");
    std::string allow;
    const bool head = request.method == "HEAD";
    for (const auto& route : table) {
        if (!matches(route, *segments, request.parts)) continue;
        if (route.method != (head ? std::string_view("GET") : std::string_view(request.method))) {
            allow += (allow.empty() ? "" : ", ") + std::string(route.method);
            continue;
        }
        auto admission = admit(context, request, route.permission);
        request.who = std::move(admission.who);
        if (admission.refusal) {
            if (context.services.record_refusal && admission.refusal->status == 403)
                context.services.record_refusal(refusal_of(context, route, request));
            co_return std::move(*admission.refusal);
        }
        const bool asked = co_await note_asked(context, route, request);
        if (!asked) co_return problem(503, "nothing is done unrecorded, and the audit takes nothing now");
        auto record = record_of(context, route, request);
        auto response = co_await route.handler(context, std::move(request));
        if (route.audited.empty() || !context.services.record) co_return response;
        record.result = response.status < 400 ? "done" : "refused: " + std::to_string(response.status);
        const auto recorded = co_await context.services.record(std::move(record));
        if (recorded) co_return response;
        co_return problem(503, "nothing is handed out unrecorded, and the audit takes nothing now: " +
                                   recorded.error().message());
    }
    if (allow.empty()) co_return problem(404, "there is no such resource");
    auto response = problem(405, "this resource does not take this method");
    response.allow = std::move(allow);
    co_return response;
}

std::optional<account::Permission> file_permission(std::string_view target)
{
    const auto path = target.substr(0, target.find('?'));
    if (path.starts_with("/api/v1/devices/") && path.ends_with("/replay")) return Permission::device_manage;
    if (path == "/api/v1/lists/import" || path == "/api/v1/lists/enrol" ||
        path == "/api/v1/lists/enrol/check" || path == "/api/v1/consents/import")
        return Permission::list_write;
    if (path == "/api/v1/config" || path == "/api/v1/config/check") return Permission::config_write;
    return std::nullopt;
}

} // namespace gatehouse::api
