#include "gateway/app/explain.hpp"

#include "gateway/access/listed.hpp"
#include "gateway/access/plate_text.hpp"
#include "gateway/api/views.hpp"
#include "gateway/app/check.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/look_alike.hpp"
#include "gateway/model/plate_grammar.hpp"
#include "gateway/store/doctor.hpp"

#include <algorithm>

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

api::PlateExplanation::Entry entry_of(const access::Listed& listed, const access::Directory& directory,
                                      const std::string& plate, base::WallTime at)
{
    api::PlateExplanation::Entry entry;
    entry.list = listed.list;
    entry.group = listed.group;
    const auto* group = directory.policy().group(listed.group);
    entry.in_hours = listed.group.empty() || (group != nullptr && directory.policy().is_open(*group, at));
    entry.valid_from = listed.valid_from;
    entry.valid_to = listed.valid_to;
    entry.lanes = listed.lanes;
    entry.entries_left = directory.entries_left(listed, plate);
    return entry;
}

bool on_residents_list(const api::PlateExplanation& explanation)
{
    return std::any_of(explanation.entries.begin(), explanation.entries.end(),
                       [](const auto& entry) { return entry.list == "resident"; });
}

cli::PlateAnswer failed(int code, std::string problem)
{
    cli::PlateAnswer answer;
    answer.code = code;
    answer.problem = std::move(problem);
    return answer;
}

} // namespace

base::Result<api::PlateExplanation> explain_plate(const config::SiteConfig& site,
                                                  const access::Directory& directory,
                                                  const std::string& plate, const std::string& lane,
                                                  base::WallTime at)
{
    api::PlateExplanation found;
    found.canonical = access::canonical_plate(plate);
    if (const auto kind = model::plate_kind(found.canonical)) found.grammar = model::to_string(*kind);
    for (const auto& listed : directory.entries_of_plate(found.canonical))
        found.entries.push_back(entry_of(listed, directory, found.canonical, at));
    for (auto& candidate : directory.candidates(found.canonical)) {
        for (auto& position : candidate.differs)
            ++position;
        found.candidates.push_back(
            {std::move(candidate.value), std::move(candidate.lists), std::move(candidate.differs)});
    }
    if (directory.policy().corrects_reads() && on_residents_list(found))
        found.misreads = model::misreads_of(found.canonical);
    for (const auto& candidate : site.lanes) {
        if (lane.empty() ? !candidate.vehicle : candidate.id != lane) continue;
        auto ours = directory.decide_plate(candidate.id, found.canonical, at, true);
        found.decisions.push_back({candidate.id, decision_in(candidate, std::move(ours))});
    }
    if (found.decisions.empty() && !lane.empty()) return base::Errc::not_found;
    if (found.decisions.empty())
        found.decisions.push_back({"", directory.decide_plate("", found.canonical, at, true)});
    return found;
}

cli::PlateAnswer explain_offline(const std::string& config_file, const cli::PlateQuestion& question)
{
    config::Issues issues;
    const auto site = load_config(config_file, issues);
    if (config::has_errors(issues))
        return failed(exit_code::bad_configuration,
                      config_file + " has errors; run: gatehouse check --config " + config_file);
    auto at = base::SystemClock().wall();
    if (!question.at.empty()) {
        const auto parsed = base::parse_time(question.at, site.utc_offset);
        if (!parsed) return failed(exit_code::failure, "at is a time such as 2026-01-01T08:05:00+08:00");
        at = parsed->time;
    }
    const auto lists = store::stored_lists(site.data_dir);
    if (!lists)
        return failed(exit_code::failure, "cannot read the lists in " + site.data_dir + ": " +
                                              lists.error().message() + " (may you read that folder?)");
    access::Directory directory(site.utc_offset);
    directory.load(lists->credentials);
    directory.load_visits(lists->entry_uses);
    directory.use(access::Policy(site.access, site.lanes, site.utc_offset));
    const auto explanation = explain_plate(site, directory, question.plate, question.lane, at);
    if (!explanation) return failed(exit_code::failure, explanation.error().message());
    cli::PlateAnswer answer;
    model::JsonWriter json(answer.document);
    api::write_explanation(json, question.plate, *explanation, site.utc_offset);
    return answer;
}

} // namespace gatehouse::app
