#include "gateway/audit/report_json.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/model/json_writer.hpp"

namespace gatehouse::audit {
namespace {

void write_remarks(model::JsonWriter& json, std::string_view name, const std::vector<Remark>& remarks)
{
    json.key(name).begin_array();
    for (const auto& remark : remarks)
        json.begin_object()
            .member("seq", remark.seq)
            .member("text", std::string_view(remark.text))
            .end_object();
    json.end_array();
}

} // namespace

std::string to_json(const Report& report)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("whole", report.whole()).member("rows", report.rows);
    json.member("first", report.first).member("head", std::string_view(to_text(report.head)));
    json.member("faults_total", static_cast<std::uint64_t>(report.faults_total));
    write_remarks(json, "faults", report.faults);
    write_remarks(json, "alarms", report.alarms);
    write_remarks(json, "notes", report.notes);
    json.end_object();
    return text;
}

} // namespace gatehouse::audit
