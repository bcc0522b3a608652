#include "gateway/app/explain.hpp"

#include "gateway/access/plate_text.hpp"
#include "gateway/api/views.hpp"
#include "gateway/app/check.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/store/doctor.hpp"

namespace gatehouse::app {
namespace {

// Where the device decides, what our lists say is no more than a remark.
model::Decision decision_in(const config::LaneConfig& lane, model::Decision ours)
{
    if (lane.decide_here) return ours;
    ours.result = model::Decision::Result::none;
    ours.rule = "device";
    ours.reasons.insert(ours.reasons.begin(),
                        "The device decides in this lane by its own list; the gateway only records.");
    return ours;
}

cli::PlateAnswer failed(int code, std::string problem)
{
    cli::PlateAnswer answer;
    answer.code = code;
    answer.problem = std::move(problem);
    return answer;
}

} // namespace

base::Result<std::vector<api::Explanation>> explain_plate(const config::SiteConfig& site,
                                                          const access::Directory& directory,
                                                          const std::string& plate, const std::string& lane,
                                                          base::WallTime at)
{
    const auto canonical = access::canonical_plate(plate);
    std::vector<api::Explanation> found;
    for (const auto& candidate : site.lanes) {
        if (lane.empty() ? !candidate.vehicle : candidate.id != lane) continue;
        auto ours = directory.decide_plate(candidate.id, canonical, at, true);
        found.push_back({candidate.id, decision_in(candidate, std::move(ours))});
    }
    if (found.empty() && !lane.empty()) return base::Errc::not_found;
    if (found.empty()) found.push_back({"", directory.decide_plate("", canonical, at, true)});
    return found;
}

cli::PlateAnswer explain_offline(const std::string& config_file, const cli::PlateQuestion& question)
{
    config::Issues issues;
    const auto site = load_config(config_file, issues);
    if (config::has_errors(issues))
        return failed(bad_configuration,
                      config_file + " has errors; run: gatehouse check --config " + config_file);
    auto at = base::SystemClock().wall();
    if (!question.at.empty()) {
        const auto parsed = base::parse_time(question.at, site.utc_offset);
        if (!parsed) return failed(failure, "at is a time such as 2026-01-01T08:05:00+08:00");
        at = parsed->time;
    }
    const auto lists = store::stored_lists(site.data_dir);
    if (!lists)
        return failed(failure, "cannot read the lists in " + site.data_dir + ": " + lists.error().message() +
                                   " (may you read that folder?)");
    access::Directory directory(site.utc_offset);
    directory.load(lists->credentials);
    directory.load_visits(lists->entry_uses);
    directory.use(access::Policy(site.access, site.lanes, site.utc_offset));
    const auto decisions = explain_plate(site, directory, question.plate, question.lane, at);
    if (!decisions) return failed(failure, decisions.error().message());
    cli::PlateAnswer answer;
    model::JsonWriter json(answer.document);
    api::write_explanations(json, question.plate, *decisions);
    return answer;
}

} // namespace gatehouse::app
