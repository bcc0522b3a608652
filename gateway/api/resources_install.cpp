#include "gateway/api/json_body.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

namespace gatehouse::api {
namespace {

void write_facts(model::JsonWriter& json, const device::DeviceStatus& status)
{
    json.key("facts").begin_object();
    json.member_if("model", status.model).member_if("serial", status.serial);
    json.member_if("firmware", status.firmware);
    if (status.clock_offset_ms) json.member("clock_offset_ms", *status.clock_offset_ms);
    for (const auto& [name, value] : status.facts)
        json.member(name, value);
    json.end_object();
}

bool is_legible(std::string_view line)
{
    const auto is_control = [](unsigned char c) { return c < 0x20 && c != '\t' && c != '\r'; };
    return wire::is_utf8(line) && std::none_of(line.begin(), line.end(), is_control);
}

// The recording with a count in place of what is no text, such as pictures; nothing when no line of it is
// text.
std::optional<std::string> legible(std::string_view recording)
{
    std::string text;
    std::size_t skipped = 0;
    bool found = false;
    const auto tell_skipped = [&] {
        if (skipped > 0) text += "[" + std::to_string(skipped) + " bytes]\n";
        skipped = 0;
    };
    while (!recording.empty()) {
        const auto end = std::min(recording.find('\n'), recording.size());
        const auto line = recording.substr(0, end);
        recording.remove_prefix(std::min(end + 1, recording.size()));
        if (!is_legible(line)) {
            skipped += line.size() + 1;
            continue;
        }
        tell_skipped();
        found = found || !line.empty();
        text.append(line) += '\n';
    }
    tell_skipped();
    return found ? std::optional(std::move(text)) : std::nullopt;
}

} // namespace

Reply protocols(const Context& context, Request)
{
    if (!context.services.protocols) co_return not_served();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("protocols").begin_array();
    for (const auto& protocol : context.services.protocols()) {
        json.begin_object().member("name", protocol.name);
        write_texts(json, "kinds", protocol.kinds);
        json.member("sample", protocol.sample).end_object();
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device_probe(const Context& context, Request request)
{
    if (!context.services.device_probe) co_return not_served();
    const auto body = read_object(request.body);
    if (!body || text_of(*body, "protocol").empty() || text_of(*body, "kind").empty())
        co_return problem(400,
                          "the body must be a JSON object with \"protocol\", \"kind\" and \"address\", and "
                          "what the device asks for: \"username\", \"password\", \"keys\"");
    ProbeOrder order;
    order.protocol = text_of(*body, "protocol");
    order.kind = text_of(*body, "kind");
    order.address = text_of(*body, "address");
    order.username = text_of(*body, "username");
    order.password = text_of(*body, "password");
    order.keys = text_of(*body, "keys");
    const auto outcome = co_await context.services.device_probe(std::move(order));
    if (outcome.error() == base::Errc::busy) co_return problem(409, "another device is being looked at");
    if (!outcome) co_return problem(outcome.error());
    if (config::has_errors(outcome->issues)) {
        const WriteMembers members = [&outcome](model::JsonWriter& json) {
            write_issues(json, outcome->issues);
        };
        co_return problem(422, "no such device can be configured; nothing was tried", members);
    }
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    write_steps(json, outcome->report.steps);
    write_facts(json, outcome->report.status);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply device_prove(const Context& context, Request request)
{
    if (!context.services.device_prove) co_return not_served();
    const auto body = read_object(request.body);
    const auto seconds = body ? number_of(*body, "seconds", 60, 1, 120) : std::nullopt;
    if (!seconds) co_return problem(400, "\"seconds\" is a number from 1 to 120");
    const std::chrono::seconds span(*seconds);
    const auto proof = co_await context.services.device_prove(request.part("id"), span);
    if (proof.error() == base::Errc::busy) co_return problem(409, "somebody waits for this device already");
    if (proof.error() == base::Errc::timed_out)
        co_return problem(504, "nothing happened at the device; let somebody pass, and look at its test");
    if (!proof) co_return problem(proof.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("event");
    write_event(json, context.services, *proof->entry, !sees_persons(request));
    const auto words = legible(proof->raw);
    const bool is_text = words || proof->raw.empty();
    json.member("raw", is_text ? words.value_or("") : wire::to_base64(proof->raw));
    json.member("raw_type", is_text ? "text" : "base64").end_object();
    co_return json_response(std::move(text));
}

Reply device_proof(const Context& context, Request request)
{
    if (!context.services.device_proof) co_return not_served();
    const auto report = co_await context.services.device_proof(request.part("id"));
    if (!report) co_return problem(report.error());
    const auto count = static_cast<std::uint64_t>(report->brought.size());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("phase", device::to_string(report->phase));
    json.member("missed", count).member("brought", count).key("events").begin_array();
    for (const auto& entry : report->brought)
        write_event(json, context.services, *entry, !sees_persons(request));
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply device_cut(const Context& context, Request request)
{
    if (!context.services.device_cut) co_return not_served();
    const auto body = read_object(request.body);
    const auto seconds = body ? number_of(*body, "seconds", 30, 5, 120) : std::nullopt;
    if (!seconds) co_return problem(400, "\"seconds\" is a number from 5 to 120");
    const auto until = context.services.device_cut(request.part("id"), std::chrono::seconds(*seconds));
    if (until.error() == base::Errc::busy) co_return problem(409, "its link is cut already");
    if (!until) co_return problem(until.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("until", base::format_time(*until, context.services.utc_offset)).end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
