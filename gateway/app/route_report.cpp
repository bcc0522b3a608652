#include "gateway/app/route_report.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "gateway/notify/routing.hpp"

namespace gatehouse::app {
namespace {

using model::JsonWriter;

void write_people(JsonWriter& json, const std::vector<config::DutyPerson>& people)
{
    json.key("people").begin_array();
    for (const auto& person : people) {
        json.begin_object().member_if("name", person.name).member_if("mobile", person.mobile);
        json.member_if("user", person.user).end_object();
    }
    json.end_array();
}

void write_channel(JsonWriter& json, const config::SiteConfig& site, const config::NotifyConfig& channel,
                   const notify::Occasion& occasion, base::WallTime at, const std::string& stopped)
{
    auto found = notify::match(channel, occasion);
    if (found.called && !stopped.empty()) {
        found.called = false;
        found.why = "it has stopped: " + stopped;
    }
    json.begin_object().member("name", channel.name).member("protocol", channel.protocol);
    json.member("called", found.called).member_if("why", found.why);
    if (found.called) {
        const auto held = notify::held_until(channel, occasion.severity, at, site.utc_offset);
        const bool gathered = occasion.severity == 4 && occasion.stage == notify::Stage::raised;
        json.member("when", held ? "held" : gathered ? "digest" : "now");
        if (held) json.member("held_until", base::format_time(*held, site.utc_offset));
        const bool by_name = occasion.severity <= 3;
        write_people(json, by_name ? notify::on_duty(site.rosters, found.roles, at, site.utc_offset)
                                   : std::vector<config::DutyPerson>());
    }
    json.end_object();
}

} // namespace

std::string route_report(const config::SiteConfig& site, const api::RouteQuestion& question,
                         const std::function<std::string(const std::string& channel)>& stopped)
{
    notify::Occasion occasion;
    occasion.severity = question.severity;
    occasion.kind = question.kind;
    occasion.roles = notify::first_roles(question.severity);
    if (!question.role.empty()) {
        occasion.stage = notify::Stage::escalated;
        occasion.roles = {question.role};
    }
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("severity", question.severity).member_if("kind", question.kind);
    json.member("state", notify::to_string(occasion.stage));
    json.member("at", base::format_time(question.at, site.utc_offset)).key("roles").begin_array();
    for (const auto& role : occasion.roles)
        json.value(std::string_view(role));
    json.end_array().key("channels").begin_array();
    for (const auto& channel : site.notifies)
        write_channel(json, site, channel, occasion, question.at, stopped(channel.name));
    json.end_array().end_object();
    return text;
}

} // namespace gatehouse::app
