#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <boost/json/parse.hpp>

namespace gatehouse::cli {
namespace {

void print_remarks(const Console& console, const boost::json::value& report, const char* name,
                   std::string_view label)
{
    for (const auto& remark : items_of(report, name))
        console.out << label << "row " << text_of(remark, "seq") << ": " << text_of(remark, "text") << "\n";
}

std::string query(const AuditQuestion& question)
{
    std::string target = "/api/v1/audit?limit=" + std::to_string(question.limit);
    if (!question.actor.empty()) target += "&actor=" + encoded(question.actor);
    if (!question.action.empty()) target += "&action=" + encoded(question.action);
    target += question.after < 0 ? std::string("&order=desc") : "&after=" + std::to_string(question.after);
    return target;
}

} // namespace

int audit_list(const Console& console, const AuditQuestion& question)
{
    const auto reply = console.fetch(query(question));
    if (!reply) return 1;
    auto rows = items_of(*reply, "rows");
    if (question.after < 0) std::reverse(rows.begin(), rows.end());
    TextTable table({"ROW", "AT", "WHO", "WHAT", "TARGET", "DETAIL", "RESULT"});
    for (const auto& row : rows) {
        if (console.json)
            console.print(row);
        else
            table.add({text_of(row, "seq"), text_of(row, "at"), text_of(row, "actor"), text_of(row, "action"),
                       text_of(row, "target"), text_of(row, "detail"), text_of(row, "result")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

base::Result<ControlReply> ask_about_audit(const Console& console, const std::string& head)
{
    return console.client().get("/api/v1/audit/verify" + (head.empty() ? "" : "?head=" + encoded(head)),
                                long_patience);
}

int print_audit(const Console& console, const ControlReply& answer)
{
    if (!answer.ok()) return console.refused(answer), 1;
    const auto report = answer.json();
    const bool whole = text_of(report, "whole") == "true";
    if (console.json) return console.print(report), whole ? 0 : 1;
    console.out << (whole ? "whole" : "NOT WHOLE") << ": " << text_of(report, "rows") << " rows from "
                << text_of(report, "first") << " on, head " << text_of(report, "head") << "\n";
    print_remarks(console, report, "faults", "  ");
    print_remarks(console, report, "alarms", "  told before: ");
    print_remarks(console, report, "notes", "  ");
    return whole ? 0 : 1;
}

} // namespace gatehouse::cli
