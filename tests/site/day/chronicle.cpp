#include "tests/site/day/chronicle.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/cli/console.hpp"
#include "gateway/cli/report_page.hpp"
#include "gateway/model/enum_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace gatehouse::site::day {
namespace {

constexpr std::chrono::minutes site_offset{480};

using Row = std::vector<std::string>;
using Counts = std::map<Row, std::size_t>;

// "07:40:12"
std::string time_of_day(base::WallTime at)
{
    constexpr std::size_t date = 11;
    constexpr std::size_t time = 8;
    return base::format_time(at, site_offset).substr(date, time);
}

std::string table_of(Row header, const std::vector<Row>& rows)
{
    cli::TextTable table(std::move(header));
    for (const auto& row : rows)
        table.add(row);
    std::ostringstream text;
    table.print(text);
    return text.str();
}

std::string count_table(Row header, const Counts& counts)
{
    header.emplace_back("NUMBER");
    std::vector<Row> rows;
    for (const auto& [what, number] : counts) {
        rows.push_back(what);
        rows.back().push_back(std::to_string(number));
    }
    return table_of(std::move(header), rows);
}

std::string dash_if_empty(std::string text)
{
    return text.empty() ? "-" : text;
}

// ---- what devices told ----

std::string device_events(const Site& site)
{
    Counts counts;
    std::size_t sum = 0;
    for (const auto& entry : site.disk.platters.journal) {
        const auto& event = entry->event;
        const bool made_here = event.device == "gateway" || event.device.empty() ||
                               std::holds_alternative<model::Passage>(event.body) ||
                               std::holds_alternative<model::CommandDone>(event.body) ||
                               std::holds_alternative<model::AlertChanged>(event.body) ||
                               std::holds_alternative<model::SystemNotice>(event.body);
        if (made_here) continue;
        ++counts[{event.device, entry->type}];
        ++sum;
    }
    return "All in all " + std::to_string(sum) + "\n" + count_table({"DEVICE", "EVENT"}, counts);
}

// ---- what came of it at the gates ----

std::string passages(const Site& site)
{
    Counts counts;
    for (const auto& entry : site.disk.platters.journal) {
        const auto* passage = std::get_if<model::Passage>(&entry->event.body);
        if (passage == nullptr) continue;
        auto flags = passage->flags;
        std::sort(flags.begin(), flags.end());
        std::string told;
        for (const auto& flag : flags)
            told += (told.empty() ? "" : " ") + flag;
        ++counts[{entry->event.lane, std::string(model::to_string(passage->state)),
                  dash_if_empty(passage->opened_by), dash_if_empty(passage->proof), dash_if_empty(told)}];
    }
    return count_table({"LANE", "OUTCOME", "OPENED BY", "PROOF", "FLAGS"}, counts);
}

std::string orders(const Site& site)
{
    Counts counts;
    for (const auto& entry : site.disk.platters.journal) {
        const auto* done = std::get_if<model::CommandDone>(&entry->event.body);
        if (done == nullptr) continue;
        const auto& order = done->command;
        ++counts[{order.device + "/" + std::to_string(order.output), std::string(to_string(order.action)),
                  order.origin, std::string(to_string(done->outcome.status))}];
    }
    return count_table({"OUTPUT", "ORDER", "FROM", "OUTCOME"}, counts);
}

std::string decisions(const Site& site)
{
    Counts counts;
    for (const auto& entry : site.disk.platters.journal) {
        const auto& event = entry->event;
        const bool read = std::holds_alternative<model::VehiclePassage>(event.body);
        if (read && event.decision)
            ++counts[{event.lane, std::string(model::to_string(event.decision->result)),
                      event.decision->rule}];
    }
    return count_table({"LANE", "DECISION", "RULE"}, counts);
}

// ---- upstream ----

std::string deliveries(const Site& site)
{
    std::size_t twice = 0;
    std::size_t late = 0;
    std::set<std::string> ids;
    for (const auto& receipt : site.centre.receipts) {
        if (!ids.insert(receipt.entry->event.id).second) ++twice;
        if (receipt.replay) ++late;
    }
    std::size_t lost = 0;
    for (const auto& entry : site.disk.platters.journal)
        if (!ids.contains(entry->event.id)) ++lost;
    return table_of({"JOURNALLED", "RECEIVED", "AS BACKLOG", "LOST", "TWICE"},
                    {{std::to_string(site.disk.platters.journal.size()), std::to_string(ids.size()),
                      std::to_string(late), std::to_string(lost), std::to_string(twice)}});
}

// ---- alerts ----

std::string step_line(const model::AlertStep& step)
{
    auto line = "    " + time_of_day(step.at) + " " + std::string(model::to_string(step.to));
    if (step.role != "system") line += " by " + step.actor + " (" + step.role + ")";
    if (!step.channel.empty() && step.role == "system") line += " through " + step.channel;
    if (!step.result.empty()) line += ", " + step.result;
    if (!step.note.empty()) line += ": " + step.note;
    return line + "\n";
}

std::string alerts(const Site& site)
{
    std::vector<const model::Alert*> in_order;
    for (const auto& [id, alert] : site.disk.platters.alert_table)
        in_order.push_back(&alert);
    std::sort(in_order.begin(), in_order.end(), [](const model::Alert* a, const model::Alert* b) {
        return std::tie(a->raised_at, a->kind, a->device) < std::tie(b->raised_at, b->kind, b->device);
    });
    std::string text;
    for (const auto* alert : in_order) {
        text += time_of_day(alert->raised_at) + " " + alert->kind + ", severity " +
                std::to_string(alert->severity) + ", " + alert->device;
        if (!alert->lane.empty()) text += " at " + alert->lane;
        if (alert->count > 1) text += ", " + std::to_string(alert->count) + " times";
        if (!alert->order_number.empty()) text += ", order " + alert->order_number;
        text += "\n";
        for (const auto& [key, step] : site.disk.platters.alert_step_table)
            if (key.first == alert->id) text += step_line(step);
    }
    return text;
}

std::string notifications(const std::vector<Message>& messages)
{
    std::vector<Row> rows;
    for (const auto& message : messages)
        rows.push_back(
            {time_of_day(message.at), message.host.substr(0, message.host.find('.')), message.title});
    return table_of({"TIME", "GROUP", "HEADLINE"}, rows);
}

std::string figures(const std::string& report)
{
    std::string text;
    for (const auto& sheet : cli::sheets_of(boost::json::parse(report)))
        text += sheet.title + "\n" + table_of(sheet.header, sheet.rows);
    return text;
}

std::vector<std::string> lines_of(const std::string& text,
                                  std::string (*what_counts)(const std::string& line))
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (auto counts = what_counts(line); !counts.empty()) lines.push_back(std::move(counts));
    return lines;
}

} // namespace

std::string chronicle(const Site& site, const std::vector<Message>& messages, const std::string& report)
{
    std::string text;
    const auto add = [&text](const char* title, const std::string& section) {
        text += std::string("== ") + title + " ==\n" + section;
    };
    add("Device events", device_events(site));
    add("Decisions", decisions(site));
    add("Orders", orders(site));
    add("Passages", passages(site));
    add("Upstream", deliveries(site));
    add("Alerts", alerts(site));
    add("Notifications", notifications(messages));
    add("Figures", figures(report));
    return text;
}

// By the longest common subsequence.
std::string line_diff(const std::string& first, const std::string& second,
                      std::string (*what_counts)(const std::string& line))
{
    const auto a = lines_of(first, what_counts);
    const auto b = lines_of(second, what_counts);
    std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (auto i = a.size(); i-- > 0;)
        for (auto k = b.size(); k-- > 0;)
            common[i][k] =
                a[i] == b[k] ? common[i + 1][k + 1] + 1 : std::max(common[i + 1][k], common[i][k + 1]);
    std::string text;
    std::size_t i = 0;
    std::size_t k = 0;
    while (i < a.size() || k < b.size()) {
        if (i < a.size() && k < b.size() && a[i] == b[k]) {
            ++i;
            ++k;
        } else if (k == b.size() || (i < a.size() && common[i + 1][k] >= common[i][k + 1])) {
            text += "-" + a[i++] + "\n";
        } else {
            text += "+" + b[k++] + "\n";
        }
    }
    return text;
}

} // namespace gatehouse::site::day
