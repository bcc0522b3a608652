#include "gateway/access/list_diff.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <map>

namespace gatehouse::access {
namespace {

using model::ListEntry;

std::uint64_t fnv1a(std::string_view bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3ULL;
    return hash;
}

std::int64_t seconds_of(const std::optional<base::WallTime>& time)
{
    return time ? std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count() : -1;
}

std::string text_of(const ListEntry& entry)
{
    auto text = fmt::format("{}\t{}\t{}\t{}\t{}\t{}", static_cast<int>(entry.type), entry.value, entry.name,
                            entry.keep_out, seconds_of(entry.valid_from), seconds_of(entry.valid_until));
    for (const int output : entry.outputs)
        text += fmt::format("\t{}", output);
    return text;
}

} // namespace

ListDiff compare(const std::vector<ListEntry>& wanted, const std::vector<ListEntry>& there,
                 const device::ListPort& port, const ListLedger& ledger, config::ListPolicy policy)
{
    std::map<std::string_view, const ListEntry*> present;
    for (const auto& entry : there)
        present[entry.value] = &entry;
    ListDiff diff;
    for (const auto& entry : wanted) {
        auto held = port.as_held(entry);
        if (!held.entry) {
            diff.unfit.push_back({entry.value, std::move(held.why_not)});
            continue; // an old version of it at the device is no longer wanted: it is removed below
        }
        const auto found = present.find(held.entry->value);
        if (found == present.end()) {
            diff.add.push_back(entry);
            continue;
        }
        if (*found->second == *held.entry)
            ++diff.equal;
        else
            diff.change.push_back(entry);
        present.erase(found);
    }
    for (const auto& [value, entry] : present) {
        if (policy == config::ListPolicy::all || ledger.holds(entry->value))
            diff.remove.push_back(*entry);
        else
            ++diff.strangers;
    }
    return diff;
}

std::string digest_of(const std::vector<ListEntry>& entries)
{
    std::uint64_t sum = 0;
    for (const auto& entry : entries)
        sum += fnv1a(text_of(entry));
    return fmt::format("{:016x}", sum);
}

} // namespace gatehouse::access
