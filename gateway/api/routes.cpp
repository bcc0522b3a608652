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

// openapi.json says the same of each at length; a test holds the two together.
constexpr std::array table{
    Route{"GET", "/healthz", "whether the gateway does its work; 503 with reasons when not", "", everybody,
          &healthz},
    Route{"GET", "/readyz", "whether the gateway has started; 503 with reasons until then", "", everybody,
          &readyz},
    Route{"GET", "/metrics", "counters and gauges as Prometheus text", "", Permission::metrics_read,
          &metrics},
    Route{"GET", "/api/v1/openapi.json", "this table at length", "", everybody, &openapi_document},
    Route{"GET", "/api/v1/asyncapi.json", "what travels over MQTT and the stream", "", everybody,
          &asyncapi_document},
    Route{"GET", "/api/v1/status", "the whole state on one screen", "", Permission::status_read, &status},
    Route{"GET", "/api/v1/events", "journal entries", "after before device type limit order",
          Permission::event_read, &events},
    Route{"GET", "/api/v1/events/stream", "journal entries as they come, over a WebSocket", "after",
          Permission::event_read, &event_stream},
    Route{"GET", "/api/v1/events/{id}", "one journal entry, by sequence number or id", "",
          Permission::event_read, &event},
    Route{"GET", "/api/v1/media/{sha256}", "a picture", "operator", Permission::picture_read, &media,
          "picture-view"},
    Route{"GET", "/api/v1/alerts",
          "alerts; open=1: those somebody has still to see to, suppressed=1: those nobody is called for",
          "open suppressed limit", Permission::alert_read, &alerts},
    Route{"GET", "/api/v1/alerts/route-test", "who would be called, by which channels, and why others not",
          "severity kind role at", Permission::notify_read, &alert_route},
    Route{"GET", "/api/v1/alerts/{id}", "one alert and all that has become of it", "", Permission::alert_read,
          &alert},
    Route{"POST", "/api/v1/alerts/{id}/{verb}",
          "what somebody does about it: ack, verify, reject, handle, resolve, close (result real, false or "
          "test), reopen, suspend, transfer, order",
          "", Permission::alert_write, &alert_order},
    Route{"GET", "/api/v1/silences", "what nobody is called for, and until when", "limit",
          Permission::alert_read, &silences},
    Route{"POST", "/api/v1/silences", "nobody is called for a kind, device or lane for some minutes", "",
          Permission::alert_write, &silence},
    Route{"POST", "/api/v1/silences/{id}/end", "ends a silence now", "", Permission::alert_write,
          &silence_end},
    Route{"GET", "/api/v1/handovers", "what shifts have told each other", "limit", Permission::alert_read,
          &handovers},
    Route{"POST", "/api/v1/handovers", "what this shift tells the next", "", Permission::alert_write,
          &hand_over},
    Route{"GET", "/api/v1/report", "the figures of a month: orders, false alarms, times", "month",
          Permission::report_read, &report},
    Route{"GET", "/api/v1/commands", "the newest commands and how they ended", "limit",
          Permission::event_read, &commands},
    Route{"POST", "/api/v1/commands", "carries out a command and waits for its outcome", "",
          Permission::gate_open, &run_command},
    Route{"GET", "/api/v1/commands/{id}", "one command", "", Permission::event_read, &command},
    Route{"GET", "/api/v1/fire", "whether it burns, and what has become of each output", "",
          Permission::status_read, &fire},
    Route{"POST", "/api/v1/fire/clear", "a named person says that the fire is over", "",
          Permission::fire_clear, &fire_clear},
    Route{"GET", "/api/v1/devices", "all devices and how they do", "", Permission::status_read, &devices},
    Route{"POST", "/api/v1/devices/find", "asks networks who is there; changes nothing", "",
          Permission::device_manage, &device_find},
    Route{"GET", "/api/v1/devices/uptime", "for how much of a month each device was on line", "month",
          Permission::report_read, &device_uptime},
    Route{"GET", "/api/v1/devices/{id}", "one device", "", Permission::status_read, &device},
    Route{"GET", "/api/v1/devices/{id}/snapshot", "a picture that the device takes now", "operator",
          Permission::picture_read, &device_snapshot, "picture-view"},
    Route{"POST", "/api/v1/devices/{id}/test", "runs the device's own checks, changes nothing", "",
          Permission::device_manage, &device_test},
    Route{"POST", "/api/v1/devices/{id}/capture", "records what the device sends", "operator",
          Permission::device_manage, &device_capture, "device-capture"},
    Route{"POST", "/api/v1/devices/{id}/replace", "the device that answers now stands where another one was",
          "operator", Permission::device_manage, &device_replace},
    Route{"POST", "/api/v1/devices/{id}/replay", "what a recording would have become", "",
          Permission::device_manage, &device_replay},
    Route{"POST", "/api/v1/devices/{id}/prove", "waits for the next thing that happens at the device", "",
          Permission::device_manage, &device_prove},
    Route{"GET", "/api/v1/devices/{id}/prove", "what came of it that the device's link was cut", "",
          Permission::device_manage, &device_proof},
    Route{"POST", "/api/v1/devices/{id}/cut", "cuts the device's link in software; it comes back by itself",
          "operator", Permission::device_manage, &device_cut, "device-cut"},
    Route{"POST", "/api/v1/devices/probe", "looks once at a device that is not configured; changes nothing",
          "", Permission::device_manage, &device_probe},
    Route{"GET", "/api/v1/protocols", "the languages that a device may speak, and a sample of each", "",
          Permission::device_manage, &protocols},
    Route{"GET", "/api/v1/interfaces", "the networks that can be searched for devices", "",
          Permission::device_manage, &interfaces},
    Route{"GET", "/api/v1/lanes", "all lanes", "", Permission::status_read, &lanes},
    Route{"GET", "/api/v1/lanes/live", "every lane now: barrier as confirmed, readers, last passage", "",
          Permission::status_read, &lanes_live},
    Route{"GET", "/api/v1/passages", "movements, newest first; fuzzy=1: also plates that look like q",
          "q fuzzy kind lane person result from to cursor limit", Permission::history_read, &passages},
    Route{"POST", "/api/v1/passages/export", "the same as a table (CSV), at most 100000 of them", "",
          Permission::history_read, &passages_export},
    Route{"GET", "/api/v1/shift", "what happened since the last handover, or since that time", "since",
          Permission::alert_read, &shift},
    Route{"GET", "/api/v1/traffic", "how many went in, out or were refused, by lane and kind", "from to by",
          Permission::report_read, &traffic},
    Route{"GET", "/api/v1/occupancy", "how many vehicles and persons are in the estate", "",
          Permission::status_read, &occupancy},
    Route{"POST", "/api/v1/occupancy", "a person's word on how many there are", "", Permission::gate_open,
          &occupancy_set},
    Route{"GET", "/api/v1/lists", "entries of plate, person and card lists",
          "type list q limit offset operator", Permission::list_read, &lists, "list-view"},
    Route{"GET", "/api/v1/lists/export", "lists as CSV", "type list operator", Permission::list_export,
          &list_export, "list-export"},
    Route{"GET", "/api/v1/consents", "what persons have agreed to", "person", Permission::list_read,
          &consents},
    Route{"POST", "/api/v1/consents/import", "adds and changes records of consent from a CSV file",
          "operator dry_run", Permission::list_write, &consent_import},
    Route{"POST", "/api/v1/consents/withdraw", "a person agrees no longer: the face leaves every terminal",
          "person purpose operator", Permission::list_write, &consent_withdraw},
    Route{"POST", "/api/v1/lists/enrol",
          "sends a person's face (JPEG) to the terminals that are to hold it, if the person agrees",
          "person operator", Permission::list_write, &face_enrol},
    Route{"GET", "/api/v1/lists/versions", "what each list has said before, the newest in force", "type list",
          Permission::list_read, &list_versions},
    Route{"POST", "/api/v1/lists/undo",
          "a list says again what an earlier version said; dry_run=1: says what that would change",
          "type list to operator dry_run", Permission::list_write, &list_undo},
    Route{"POST", "/api/v1/lists/import",
          "replaces lists by a CSV file; dry_run=1: says what that would change",
          "type list operator partial dry_run", Permission::list_write, &list_import},
    Route{"POST", "/api/v1/lists/sync",
          "brings the lists of devices in step; diff=1: says what that would mean", "device diff operator",
          Permission::list_write, &list_sync},
    Route{"GET", "/api/v1/acceptance", "the acceptances of the site, the newest first", "",
          Permission::config_read, &acceptances},
    Route{"POST", "/api/v1/acceptance", "begins one, with its automatic checks done", "",
          Permission::device_manage, &acceptance_begin},
    Route{"GET", "/api/v1/acceptance/{id}", "one acceptance with all its items", "", Permission::config_read,
          &acceptance},
    Route{"POST", "/api/v1/acceptance/{id}/items/{item}", "what somebody says of an item", "",
          Permission::device_manage, &acceptance_item},
    Route{"POST", "/api/v1/acceptance/{id}/run", "does the automatic checks again", "",
          Permission::device_manage, &acceptance_check},
    Route{"POST", "/api/v1/acceptance/{id}/sign", "closes it for good; its hash goes into the audit", "",
          Permission::device_manage, &acceptance_sign},
    Route{"POST", "/api/v1/rules/preview", "what other rules would have raised last week; changes nothing",
          "", Permission::config_read, &rules_preview},
    Route{"GET", "/api/v1/explain", "the decision a plate would get, with every reason", "plate lane at",
          Permission::list_read, &explain},
    Route{"GET", "/api/v1/queue", "what waits for each upstream", "", Permission::status_read, &queue},
    Route{"GET", "/api/v1/queue/{upstream}/peek", "the next entries an upstream will get", "limit",
          Permission::event_read, &queue_peek},
    Route{"GET", "/api/v1/queue/{upstream}/quarantine", "entries an upstream refused for good", "limit",
          Permission::event_read, &queue_quarantine},
    Route{"POST", "/api/v1/queue/{upstream}/drain", "sends now instead of after the back-off", "operator",
          Permission::device_manage, &queue_drain, "queue-drain"},
    Route{"GET", "/api/v1/audit", "who did what, row by row", "after before actor action order limit",
          Permission::audit_read, &audit_rows},
    Route{"GET", "/api/v1/audit/verify", "whether a row of the audit was changed, removed or put in", "head",
          Permission::audit_read, &audit_verify},
    Route{"POST", "/api/v1/backup", "a consistent copy of the store, as a file", "operator",
          Permission::backup, &backup, "backup"},
    Route{"GET", "/api/v1/config", "the configuration file, without its secrets", "", Permission::config_read,
          &config_text},
    Route{"PUT", "/api/v1/config", "writes the configuration file and takes it over", "",
          Permission::config_write, &config_put},
    Route{"POST", "/api/v1/config", "reads the configuration again", "operator", Permission::config_write,
          &reload, "config-reload"},
    Route{"POST", "/api/v1/config/check", "what is wrong with a configuration, and what it would change", "",
          Permission::config_write, &config_check},
    Route{"GET", "/api/v1/config/history", "what the configuration has said before, the newest first", "",
          Permission::config_read, &config_history},
    Route{"GET", "/api/v1/config/history/{number}", "one version, and what it changed", "",
          Permission::config_read, &config_past},
    Route{"POST", "/api/v1/config/undo", "the configuration says again what an earlier version said", "",
          Permission::config_write, &config_undo},
    Route{"GET", "/api/v1/session", "who is logged in, and what he may", "", everybody, &session},
    Route{"POST", "/api/v1/session", "logs in; the answer sets the cookie", "", everybody, &log_in},
    Route{"DELETE", "/api/v1/session", "logs out", "", everybody, &log_out},
    Route{"POST", "/api/v1/session/password", "changes one's own password", "", everybody, &password_change},
    Route{"POST", "/api/v1/setup", "makes the first account, with the code that the start has printed", "",
          everybody, &set_up},
    Route{"GET", "/api/v1/users", "all accounts", "", Permission::account_manage, &users},
    Route{"POST", "/api/v1/users", "adds an account", "", Permission::account_manage, &user_add},
    Route{"POST", "/api/v1/users/{name}", "changes an account; its sessions end", "",
          Permission::account_manage, &user_change},
    Route{"DELETE", "/api/v1/users/{name}", "removes an account", "operator", Permission::account_manage,
          &user_remove},
    Route{"POST", "/api/v1/users/{name}/password", "gives an account a password that it must change", "",
          Permission::account_manage, &user_password},
    Route{"GET", "/api/v1/tokens", "what programs show instead of a password", "", Permission::account_manage,
          &tokens},
    Route{"POST", "/api/v1/tokens", "makes a token; it is shown this once", "", Permission::account_manage,
          &token_add},
    Route{"DELETE", "/api/v1/tokens/{id}", "ends a token", "operator", Permission::account_manage,
          &token_remove},
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

audit::Record record_of(const Context& context, const Route& route, const Request& request)
{
    return {.at = context.clock.wall(),
            .actor = actor_of(request, operator_of(request)).text,
            .action = std::string(route.audited),
            .target = target_of(route, request),
            .detail = "",
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

// What a change was asked for: the reason that its body gives.
std::string reason_of(const Request& request)
{
    if (request.body.size() > 64U * 1024 || !request.body.starts_with('{')) return {};
    const auto body = read_object(request.body);
    return body ? text_of(*body, "reason") : std::string();
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
    record.detail = reason_of(request);
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
    if (path == "/api/v1/lists/import" || path == "/api/v1/lists/enrol" || path == "/api/v1/consents/import")
        return Permission::list_write;
    if (path == "/api/v1/config" || path == "/api/v1/config/check") return Permission::config_write;
    return std::nullopt;
}

} // namespace gatehouse::api
