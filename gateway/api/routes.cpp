#include "gateway/api/routes.hpp"

#include "gateway/api/resources.hpp"
#include "gateway/model/json_writer.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <array>

namespace gatehouse::api {
namespace {

// Methods of one path stand together: openapi() groups neighbours.
constexpr std::array table{
    Route{"GET", "/healthz", "whether the gateway does its work; 503 with reasons when not", "", false,
          &healthz},
    Route{"GET", "/readyz", "whether the gateway has started; 503 with reasons until then", "", false,
          &readyz},
    Route{"GET", "/metrics", "counters and gauges as Prometheus text", "", false, &metrics},
    Route{"GET", "/api/v1/openapi.json", "this description", "", false, &openapi_document},
    Route{"GET", "/api/v1/status", "the whole state on one screen", "", false, &status},
    Route{"GET", "/api/v1/events", "journal entries", "after before device type limit order", false, &events},
    Route{"GET", "/api/v1/events/{id}", "one journal entry, by sequence number or id", "", false, &event},
    Route{"GET", "/api/v1/media/{sha256}", "a picture", "operator", false, &media, "picture-view"},
    Route{"GET", "/api/v1/alerts",
          "alerts; open=1: those somebody has still to see to, suppressed=1: those nobody is called for",
          "open suppressed limit", false, &alerts},
    Route{"GET", "/api/v1/alerts/route-test", "who would be called, by which channels, and why others not",
          "severity kind role at", false, &alert_route},
    Route{"GET", "/api/v1/alerts/{id}", "one alert and all that has become of it", "", false, &alert},
    Route{"POST", "/api/v1/alerts/{id}/{verb}",
          "what somebody does about it: ack, verify, reject, handle, resolve, close (result real, false or "
          "test), reopen, suspend, transfer, order",
          "", true, &alert_order},
    Route{"GET", "/api/v1/silences", "what nobody is called for, and until when", "limit", false, &silences},
    Route{"POST", "/api/v1/silences", "nobody is called for a kind, device or lane for some minutes", "",
          true, &silence},
    Route{"POST", "/api/v1/silences/{id}/end", "ends a silence now", "", true, &silence_end},
    Route{"GET", "/api/v1/handovers", "what shifts have told each other", "limit", false, &handovers},
    Route{"POST", "/api/v1/handovers", "what this shift tells the next", "", true, &hand_over},
    Route{"GET", "/api/v1/report", "the figures of a month: orders, false alarms, times", "month", false,
          &report},
    Route{"GET", "/api/v1/commands", "the newest commands and how they ended", "limit", false, &commands},
    Route{"POST", "/api/v1/commands", "carries out a command and waits for its outcome", "", true,
          &run_command},
    Route{"GET", "/api/v1/commands/{id}", "one command", "", false, &command},
    Route{"GET", "/api/v1/fire", "whether it burns, and what has become of each output", "", false, &fire},
    Route{"POST", "/api/v1/fire/clear", "a named person says that the fire is over", "", true, &fire_clear},
    Route{"GET", "/api/v1/devices", "all devices and how they do", "", false, &devices},
    Route{"POST", "/api/v1/devices/find", "asks networks who is there; changes nothing", "", true,
          &device_find},
    Route{"GET", "/api/v1/devices/{id}", "one device", "", false, &device},
    Route{"POST", "/api/v1/devices/{id}/test", "runs the device's own checks, changes nothing", "", true,
          &device_test},
    Route{"POST", "/api/v1/devices/{id}/capture", "records what the device sends", "operator", true,
          &device_capture, "device-capture"},
    Route{"POST", "/api/v1/devices/{id}/replace", "the device that answers now stands where another one was",
          "operator", true, &device_replace},
    Route{"POST", "/api/v1/devices/{id}/replay", "what a recording would have become", "", true,
          &device_replay},
    Route{"POST", "/api/v1/devices/{id}/prove", "waits for the next thing that happens at the device", "",
          true, &device_prove},
    Route{"GET", "/api/v1/devices/{id}/prove", "what came of it that the device's link was cut", "", false,
          &device_proof},
    Route{"POST", "/api/v1/devices/{id}/cut", "cuts the device's link in software; it comes back by itself",
          "operator", true, &device_cut, "device-cut"},
    Route{"POST", "/api/v1/devices/probe", "looks once at a device that is not configured; changes nothing",
          "", true, &device_probe},
    Route{"GET", "/api/v1/protocols", "the languages that a device may speak, and a sample of each", "",
          false, &protocols},
    Route{"GET", "/api/v1/interfaces", "the networks that can be searched for devices", "", false,
          &interfaces},
    Route{"GET", "/api/v1/lanes", "all lanes", "", false, &lanes},
    Route{"GET", "/api/v1/occupancy", "how many vehicles and persons are in the estate", "", false,
          &occupancy},
    Route{"POST", "/api/v1/occupancy", "a person's word on how many there are", "", true, &occupancy_set},
    Route{"GET", "/api/v1/lists", "entries of plate, person and card lists",
          "type list q limit offset operator", false, &lists, "list-view"},
    Route{"GET", "/api/v1/lists/export", "lists as CSV", "type list operator", false, &list_export,
          "list-export"},
    Route{"GET", "/api/v1/consents", "what persons have agreed to", "person", false, &consents},
    Route{"POST", "/api/v1/consents/import", "adds and changes records of consent from a CSV file",
          "operator dry_run", true, &consent_import},
    Route{"POST", "/api/v1/consents/withdraw", "a person agrees no longer: the face leaves every terminal",
          "person purpose operator", true, &consent_withdraw},
    Route{"POST", "/api/v1/lists/enrol",
          "sends a person's face (JPEG) to the terminals that are to hold it, if the person agrees",
          "person operator", true, &face_enrol},
    Route{"GET", "/api/v1/lists/versions", "what each list has said before, the newest in force", "type list",
          false, &list_versions},
    Route{"POST", "/api/v1/lists/undo",
          "a list says again what an earlier version said; dry_run=1: says what that would change",
          "type list to operator dry_run", true, &list_undo},
    Route{"POST", "/api/v1/lists/import",
          "replaces lists by a CSV file; dry_run=1: says what that would change",
          "type list operator partial dry_run", true, &list_import},
    Route{"POST", "/api/v1/lists/sync",
          "brings the lists of devices in step; diff=1: says what that would mean", "device diff operator",
          true, &list_sync},
    Route{"GET", "/api/v1/acceptance", "the acceptances of the site, the newest first", "", false,
          &acceptances},
    Route{"POST", "/api/v1/acceptance", "begins one, with its automatic checks done", "", true,
          &acceptance_begin},
    Route{"GET", "/api/v1/acceptance/{id}", "one acceptance with all its items", "", false, &acceptance},
    Route{"POST", "/api/v1/acceptance/{id}/items/{item}", "what somebody says of an item", "", true,
          &acceptance_item},
    Route{"POST", "/api/v1/acceptance/{id}/run", "does the automatic checks again", "", true,
          &acceptance_check},
    Route{"POST", "/api/v1/acceptance/{id}/sign", "closes it for good; its hash goes into the audit", "",
          true, &acceptance_sign},
    Route{"POST", "/api/v1/rules/preview", "what other rules would have raised last week; changes nothing",
          "", true, &rules_preview},
    Route{"GET", "/api/v1/explain", "the decision a plate would get, with every reason", "plate lane at",
          false, &explain},
    Route{"GET", "/api/v1/queue", "what waits for each upstream", "", false, &queue},
    Route{"GET", "/api/v1/queue/{upstream}/peek", "the next entries an upstream will get", "limit", false,
          &queue_peek},
    Route{"GET", "/api/v1/queue/{upstream}/quarantine", "entries an upstream refused for good", "limit",
          false, &queue_quarantine},
    Route{"POST", "/api/v1/queue/{upstream}/drain", "sends now instead of after the back-off", "operator",
          true, &queue_drain, "queue-drain"},
    Route{"GET", "/api/v1/audit", "who did what, row by row", "after before actor action order limit", false,
          &audit_rows},
    Route{"GET", "/api/v1/audit/verify", "whether a row of the audit was changed, removed or put in", "head",
          false, &audit_verify},
    Route{"POST", "/api/v1/backup", "a consistent copy of the store, as a file", "operator", true, &backup,
          "backup"},
    Route{"GET", "/api/v1/config", "the configuration file, without its secrets", "", false, &config_text},
    Route{"PUT", "/api/v1/config", "writes the configuration file and takes it over", "", true, &config_put},
    Route{"POST", "/api/v1/config", "reads the configuration again", "operator", true, &reload,
          "config-reload"},
    Route{"POST", "/api/v1/config/check", "what is wrong with a configuration, and what it would change", "",
          true, &config_check},
    Route{"GET", "/api/v1/config/history", "what the configuration has said before, the newest first", "",
          false, &config_history},
    Route{"GET", "/api/v1/config/history/{number}", "one version, and what it changed", "", false,
          &config_past},
    Route{"POST", "/api/v1/config/undo", "the configuration says again what an earlier version said", "",
          true, &config_undo},
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

// False when the target is no path with a query.
bool read_target(Request& request, Segments& segments)
{
    const auto url = boost::urls::parse_origin_form(request.path);
    if (!url) return false;
    for (const auto& segment : url->segments())
        segments.emplace_back(segment);
    for (const auto& parameter : url->params())
        request.query.emplace(parameter.key, parameter.value);
    return true;
}

// Who asks, as far as a connection without accounts tells: the name that was given and where it came from.
std::string actor_of(const Request& request)
{
    const auto name = request.text("operator");
    return name.empty() ? request.peer : name + " (" + request.peer + ")";
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
            .actor = actor_of(request),
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

void describe_parameter(model::JsonWriter& json, std::string_view name, bool in_path)
{
    json.begin_object()
        .member("name", name)
        .member("in", in_path ? "path" : "query")
        .member("required", in_path);
    json.key("schema").begin_object().member("type", "string").end_object().end_object();
}

std::string_view openapi_method(std::string_view method)
{
    if (method == "PUT") return "put";
    return method == "GET" ? "get" : "post";
}

void describe(model::JsonWriter& json, const Route& route)
{
    json.key(openapi_method(route.method)).begin_object().member("summary", route.summary);
    if (route.write) json.member("description", "Only on the control socket.");
    json.key("parameters").begin_array();
    for (const auto segment : split(route.path))
        if (segment.starts_with('{')) describe_parameter(json, segment.substr(1, segment.size() - 2), true);
    for (auto rest = route.query; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        describe_parameter(json, rest.substr(0, end), false);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    json.end_array().key("responses").begin_object();
    json.key("200").begin_object().member("description", "as the summary says").end_object();
    json.key("default").begin_object().member("description", "a problem document (RFC 9457)");
    json.key("content")
        .begin_object()
        .key("application/problem+json")
        .begin_object()
        .end_object()
        .end_object();
    json.end_object().end_object().end_object();
}

} // namespace

std::span<const Route> routes()
{
    return table;
}

asio::awaitable<Response> respond(const Context& context, Request request)
{
    Segments segments;
    if (!read_target(request, segments)) co_return problem(400, "the request target is no path");
    std::string allow;
    const bool head = request.method == "HEAD";
    for (const auto& route : table) {
        if (!matches(route, segments, request.parts)) continue;
        if (route.method != (head ? std::string_view("GET") : std::string_view(request.method))) {
            allow += (allow.empty() ? "" : ", ") + std::string(route.method);
            continue;
        }
        if (route.write && !request.control) {
            if (context.services.record_refusal)
                context.services.record_refusal(refusal_of(context, route, request));
            co_return problem(403,
                              "changes are made over the control socket; accounts follow in a later version");
        }
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

std::string openapi(std::span<const Route> routes_to_describe)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("openapi", "3.1.0").key("info").begin_object();
    json.member("title", "Gatehouse").member("version", "1").end_object().key("paths").begin_object();
    for (auto route = routes_to_describe.begin(); route != routes_to_describe.end();) {
        const auto path = route->path;
        json.key(path).begin_object();
        for (; route != routes_to_describe.end() && route->path == path; ++route)
            describe(json, *route);
        json.end_object();
    }
    json.end_object().end_object();
    return text;
}

} // namespace gatehouse::api
