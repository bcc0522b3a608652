#include "gateway/api/resources.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {
namespace {

using model::JsonWriter;

// Counts beside every rate: an empty denominator gives no value, not 100 %.
void write_rate(JsonWriter& json, std::string_view name, const alert::Ratio& ratio)
{
    json.key(name).begin_object().member("part", ratio.part).member("whole", ratio.whole).key("rate");
    if (const auto value = ratio.value())
        json.value(*value);
    else
        json.null();
    json.end_object();
}

void write_spans(JsonWriter& json, std::string_view name, const alert::Spans& spans)
{
    json.key(name).begin_object().member("count", static_cast<std::uint64_t>(spans.count));
    for (const auto& [key, value] : {std::pair("mean_s", spans.mean_s), std::pair("p90_s", spans.p90_s)}) {
        json.key(key);
        if (value)
            json.value(*value);
        else
            json.null();
    }
    json.end_object();
}

void write_row(JsonWriter& json, const alert::KpiRow& row)
{
    json.begin_object().member("kind",
                               row.kind.empty() ? std::string_view("all") : std::string_view(row.kind));
    json.member("filed", row.filed).member("due", row.due);
    write_rate(json, "closing", row.closing);
    write_rate(json, "on_time", row.on_time);
    write_rate(json, "rework", row.rework);
    write_rate(json, "false_alarm", row.false_alarm);
    write_spans(json, "acknowledge", row.acknowledge);
    write_spans(json, "resolve", row.resolve);
    json.end_object();
}

void write_muting(JsonWriter& json, const alert::Muting& muting)
{
    json.begin_object().member("kind", std::string_view(muting.kind));
    write_rate(json, "false_alarm", muting.rate);
    json.member("would_have_silenced", muting.silenced).key("real_alerts").begin_array();
    for (const auto& id : muting.real_alerts)
        json.value(std::string_view(id));
    json.end_array().end_object();
}

void write_report(JsonWriter& json, const alert::KpiReport& made, std::chrono::minutes utc_offset)
{
    const auto time = [&](std::string_view name, base::WallTime at) {
        json.member(name, std::string_view(base::format_time(at, utc_offset)));
    };
    time("from", made.span.from);
    time("to", made.span.to);
    time("as_of", made.span.as_of);
    json.member("denominator", made.denominator == alert::Denominator::due ? "due" : "filed");
    // What citizens report is the centre's: without it there is no telling who was first.
    json.key("sensing_first_rate")
        .begin_object()
        .member("sensing", made.rows.front().filed)
        .key("rate")
        .null();
    json.end_object().key("kinds").begin_array();
    for (const auto& row : made.rows)
        write_row(json, row);
    json.end_array().key("false_alarms").begin_array();
    for (const auto& [kind, device, rate] : made.false_rates) {
        json.begin_object().member("kind", std::string_view(kind)).member("device", std::string_view(device));
        write_rate(json, "false_alarm", rate);
        json.end_object();
    }
    json.end_array().key("mutings").begin_array();
    for (const auto& muting : made.mutings)
        write_muting(json, muting);
    json.end_array();
}

} // namespace

Reply report(const Context& context, Request request)
{
    if (!context.services.report) co_return not_served();
    const auto made = co_await context.services.report(request.text("month"));
    if (made.error() == base::Errc::bad_input) co_return problem(400, "month is a month such as 2026-01");
    if (!made) co_return problem(made.error());
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("site", std::string_view(context.services.site));
    write_report(json, *made, context.services.utc_offset);
    json.end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
