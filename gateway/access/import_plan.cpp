#include "gateway/access/import_plan.hpp"

#include "gateway/access/list_name.hpp"
#include "gateway/model/look_alike.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace gatehouse::access {
namespace {

using store::Credential;
using store::ListVersion;
using Replacement = store::Change::ListReplacement;
using ListKey = std::pair<Credential::Type, std::string>;

// The list that is replaced although no row may name it: with the last entry struck out, no row does.
std::optional<ListKey> list_meant(const ParsedList& parsed, const std::string& named)
{
    if (!parsed.errors.empty() || parsed.types.size() != 1) return std::nullopt;
    if (!named.empty()) return ListKey(parsed.types.front(), list_named(named));
    const bool only_one = parsed.credentials.empty() && !parsed.has_list_column;
    return only_one ? std::optional(ListKey(parsed.types.front(), CsvOptions{}.list)) : std::nullopt;
}

// One replacement for each list that occurs, and for the one that is meant.
std::vector<Replacement> by_list(std::vector<Credential> credentials, const std::optional<ListKey>& meant)
{
    std::map<ListKey, std::vector<Credential>> groups;
    if (meant) groups[*meant];
    for (auto& credential : credentials) {
        auto key = std::pair(credential.type, credential.list);
        groups[std::move(key)].push_back(std::move(credential));
    }
    std::vector<Replacement> lists;
    for (auto& [key, group] : groups)
        lists.push_back({key.first, key.second, std::move(group)});
    return lists;
}

// A number of entries is counted from the beginning of the validity. Where the file names none, that is when
// the entry came onto the list: it stays as it was for one that is on it already.
void begin_visits(std::vector<Replacement>& lists, const std::vector<Credential>& before, base::WallTime now)
{
    std::map<std::tuple<Credential::Type, std::string_view, std::string_view>, base::WallTime> begun;
    for (const auto& entry : before)
        if (entry.entries && entry.valid_from)
            begun[{entry.type, entry.list, entry.value}] = *entry.valid_from;
    for (auto& list : lists)
        for (auto& entry : list.credentials) {
            if (!entry.entries || entry.valid_from) continue;
            const auto known = begun.find({entry.type, list.list, entry.value});
            entry.valid_from = known == begun.end() ? now : known->second;
        }
}

ListVersion version_of(const Replacement& list, const VersionNote& note, std::chrono::minutes utc_offset)
{
    ListVersion version;
    version.type = list.type;
    version.list = list.list;
    version.at = note.at;
    version.actor = note.actor;
    version.restored = note.restored;
    version.entries = static_cast<std::int64_t>(list.credentials.size());
    version.csv = write_list(list.credentials, utc_offset);
    return version;
}

} // namespace

ImportPlan plan_import(ParsedList parsed, const std::string& named, const std::vector<Credential>& before,
                       base::WallTime now)
{
    ImportPlan plan;
    const auto meant = list_meant(parsed, named);
    plan.lists = by_list(std::move(parsed.credentials), meant);
    begin_visits(plan.lists, before, now);
    for (const auto& list : plan.lists)
        plan.previews.push_back(preview_of(before, list));
    return plan;
}

std::vector<AcceptedMisreads> accepted_misreads(const ImportPlan& plan)
{
    constexpr std::size_t shown_max = 50; // nobody reads more at once
    std::vector<AcceptedMisreads> all;
    for (const auto& preview : plan.previews) {
        if (preview.list != "plate/resident") continue; // no other list is taken for a misread
        for (const auto* values : {&preview.added, &preview.changed})
            for (const auto& value : *values)
                if (auto reads = model::misreads_of(value); !reads.empty() && all.size() < shown_max)
                    all.push_back({value, std::move(reads)});
    }
    return all;
}

std::vector<ListVersion> versions_of(const ImportPlan& plan, const std::vector<Credential>& before,
                                     const std::vector<ListVersion>& known, const VersionNote& note,
                                     std::chrono::minutes utc_offset)
{
    std::vector<ListVersion> versions;
    for (std::size_t i = 0; i < plan.lists.size(); ++i) {
        const auto& list = plan.lists[i];
        if (plan.previews[i].empty()) continue;
        const bool has_some = std::any_of(known.begin(), known.end(), [&](const ListVersion& version) {
            return version.type == list.type && version.list == list.list;
        });
        if (!has_some) {
            Replacement earlier{list.type, list.list, {}};
            std::copy_if(
                before.begin(), before.end(), std::back_inserter(earlier.credentials),
                [&](const Credential& entry) { return entry.type == list.type && entry.list == list.list; });
            const VersionNote found{.actor = "", .at = note.at, .restored = 0};
            versions.push_back(version_of(earlier, found, utc_offset));
        }
        versions.push_back(version_of(list, note, utc_offset));
    }
    return versions;
}

} // namespace gatehouse::access
