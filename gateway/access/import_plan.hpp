#pragma once
#include "gateway/access/csv_list.hpp"
#include "gateway/access/list_preview.hpp"

#include <string>
#include <vector>

namespace gatehouse::access {

// What a list file means: which lists it replaces by what, and what that changes.
struct ImportPlan {
    std::vector<store::Change::ListReplacement> lists;
    std::vector<ListPreview> previews; // one for each of them
};

// `named`: the list that the request names, or empty. `before`: all entries of all lists. Every list that
// occurs is replaced as a whole, and the one that is meant although no row names it. Pure.
[[nodiscard]] ImportPlan plan_import(ParsedList parsed, const std::string& named,
                                     const std::vector<store::Credential>& before, base::WallTime now);

// Which misreads an entry would accept, when the policy corrects reads.
struct AcceptedMisreads {
    std::string value;
    std::vector<std::string> reads;
};
// Of the residents' plates that the plan adds or changes, the first few. Pure.
[[nodiscard]] std::vector<AcceptedMisreads> accepted_misreads(const ImportPlan& plan);

// Who did it, and what to call it.
struct VersionNote {
    std::string actor;
    base::WallTime at{};
    int restored = 0; // see store::ListVersion
};

// The versions to keep of those lists that change. The first time, what a list said before is kept too.
// `known`: the versions that are kept already. Pure.
[[nodiscard]] std::vector<store::ListVersion> versions_of(const ImportPlan& plan,
                                                          const std::vector<store::Credential>& before,
                                                          const std::vector<store::ListVersion>& known,
                                                          const VersionNote& note,
                                                          std::chrono::minutes utc_offset);

} // namespace gatehouse::access
