#include "gateway/cli/report_page.hpp"

#include "gateway/cli/console.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace gatehouse::cli {
namespace {

const boost::json::value& member(const boost::json::value& object, std::string_view key)
{
    static const boost::json::value none;
    if (!object.is_object()) return none;
    const auto* found = object.as_object().if_contains(key);
    return found == nullptr ? none : *found;
}

// "97.64 % (11652/11934)"
std::string rate(const boost::json::value& object, std::string_view key)
{
    const auto& ratio = member(object, key);
    const auto& value = member(ratio, "rate");
    const auto counts = fmt::format("({}/{})", text_of(ratio, "part"), text_of(ratio, "whole"));
    if (!value.is_number()) return "no value " + counts;
    return fmt::format("{:.2f} % {}", value.to_number<double>() * 100, counts);
}

std::string minutes(const boost::json::value& object, std::string_view key, std::string_view which)
{
    const auto& seconds = member(member(object, key), which);
    if (!seconds.is_number()) return "no value";
    return fmt::format("{:.1f} min", seconds.to_number<double>() / 60);
}

std::string joined_texts(const std::vector<std::string>& texts)
{
    std::string line;
    for (const auto& text : texts)
        line += (line.empty() ? "" : " ") + text;
    return line.empty() ? "-" : line;
}

Sheet kinds_of(const boost::json::value& report)
{
    Sheet sheet;
    sheet.title = "Orders by kind; rates of those " + text_of(report, "denominator") + " in the month";
    sheet.header = {"KIND",         "FILED",       "DUE",     "CLOSED",  "ON TIME",    "REWORK",
                    "FALSE ALARMS", "ACKNOWLEDGE", "ACK P90", "RESOLVE", "RESOLVE P90"};
    for (const auto& kind : items_of(report, "kinds"))
        sheet.rows.push_back({text_of(kind, "kind"), text_of(kind, "filed"), text_of(kind, "due"),
                              rate(kind, "closing"), rate(kind, "on_time"), rate(kind, "rework"),
                              rate(kind, "false_alarm"), minutes(kind, "acknowledge", "mean_s"),
                              minutes(kind, "acknowledge", "p90_s"), minutes(kind, "resolve", "mean_s"),
                              minutes(kind, "resolve", "p90_s")});
    return sheet;
}

Sheet false_alarms_of(const boost::json::value& report)
{
    Sheet sheet;
    sheet.title = "False alarms by kind and device";
    sheet.header = {"KIND", "DEVICE", "FALSE ALARMS"};
    for (const auto& row : items_of(report, "false_alarms"))
        sheet.rows.push_back({text_of(row, "kind"), text_of(row, "device"), rate(row, "false_alarm")});
    return sheet;
}

Sheet mutings_of(const boost::json::value& report)
{
    Sheet sheet;
    sheet.title =
        "Kinds that were wrong more than one time in five in the last week, and what muting them would "
        "have silenced";
    sheet.header = {"KIND", "FALSE ALARMS", "CALLS", "REAL ONES AMONG THEM", "TO MUTE IT FOR A WEEK"};
    for (const auto& row : items_of(report, "mutings"))
        sheet.rows.push_back({text_of(row, "kind"), rate(row, "false_alarm"),
                              text_of(row, "would_have_silenced"), joined_texts(texts_of(row, "real_alerts")),
                              "gatehouse alert silence --kind " + text_of(row, "kind") +
                                  " --minutes 10080 --reason \"false alarms\""});
    return sheet;
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

void add_row(std::string& page, std::string_view cell, const std::vector<std::string>& row)
{
    page += "<tr>";
    for (const auto& text : row)
        page += fmt::format("<{0}>{1}</{0}>", cell, escaped(text));
    page += "</tr>\n";
}

} // namespace

std::vector<Sheet> sheets_of(const boost::json::value& report)
{
    return {kinds_of(report), false_alarms_of(report), mutings_of(report)};
}

std::string report_page(const boost::json::value& report)
{
    const auto title = escaped(text_of(report, "site") + " " + text_of(report, "from").substr(0, 7));
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\">\n"
                       "<title>" +
                       title +
                       "</title>\n<style>body{font:14px "
                       "sans-serif;margin:2em}table{border-collapse:collapse;margin-bottom:2em}"
                       "th,td{border:1px solid #999;padding:.3em .6em;text-align:left}th{background:#eee}"
                       "@media print{body{margin:0;font-size:10px}}</style></head><body>\n<h1>" +
                       title + "</h1>\n<p>" +
                       escaped(text_of(report, "from") + " to " + text_of(report, "to") + ", as of " +
                               text_of(report, "as_of")) +
                       "</p>\n";
    for (const auto& sheet : sheets_of(report)) {
        page += "<h2>" + escaped(sheet.title) + "</h2>\n<table>\n";
        add_row(page, "th", sheet.header);
        for (const auto& row : sheet.rows)
            add_row(page, "td", row);
        page += "</table>\n";
    }
    return page + "</body></html>\n";
}

} // namespace gatehouse::cli
