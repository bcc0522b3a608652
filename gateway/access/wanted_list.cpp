#include "gateway/access/wanted_list.hpp"

#include "gateway/access/list_name.hpp"
#include "gateway/access/policy.hpp"
#include "gateway/access/validity.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::access {
namespace {

using model::ListEntry;
using store::Credential;

// The device's part in each lane that it serves: the outputs that an entry for this lane may move.
using Served = std::map<std::string, std::set<int>>;

Served lanes_of(const std::string& device, const std::vector<config::LaneConfig>& lanes)
{
    Served served;
    for (const auto& lane : lanes) {
        if (lane.decide_here) continue; // the device is asked nothing there
        const bool moves = lane.barrier_device == device;
        const bool reads = std::find(lane.readers.begin(), lane.readers.end(), device) != lane.readers.end();
        if (!moves && !reads) continue;
        auto& outputs = served[lane.id];
        if (moves) outputs.insert(lane.barrier_output);
    }
    return served;
}

struct Part {
    bool serves = false;
    std::set<int> outputs; // empty: all
};

// Where an entry that names `wanted` (empty: all lanes) is good.
Part part_of(const std::vector<std::string>& wanted, const Served& served)
{
    Part part;
    if (wanted.empty()) {
        part.serves = true;
        return part;
    }
    bool all = true;
    for (const auto& [lane, outputs] : served) {
        if (std::find(wanted.begin(), wanted.end(), lane) == wanted.end()) {
            all = false;
            continue;
        }
        part.serves = true;
        part.outputs.insert(outputs.begin(), outputs.end());
    }
    if (all) part.outputs.clear();
    return part;
}

// The lanes of which only those remain that the group names too. Nothing: none remains.
std::optional<std::vector<std::string>> lanes_in_both(const std::vector<std::string>& own,
                                                      const std::vector<std::string>& of_group)
{
    if (own.empty()) return of_group;
    if (of_group.empty()) return own;
    std::vector<std::string> both;
    for (const auto& lane : own)
        if (std::find(of_group.begin(), of_group.end(), lane) != of_group.end()) both.push_back(lane);
    if (both.empty()) return std::nullopt;
    return both;
}

// Two entries of one value that both let in: the one that lets in wherever either does.
void widen(ListEntry& entry, const ListEntry& other)
{
    if (!other.valid_from || (entry.valid_from && *other.valid_from < *entry.valid_from))
        entry.valid_from = other.valid_from;
    if (!other.valid_until || (entry.valid_until && *other.valid_until > *entry.valid_until))
        entry.valid_until = other.valid_until;
    if (entry.name.empty()) entry.name = other.name;
    if (entry.outputs.empty()) return;
    if (other.outputs.empty()) {
        entry.outputs.clear();
        return;
    }
    std::set<int> both(entry.outputs.begin(), entry.outputs.end());
    both.insert(other.outputs.begin(), other.outputs.end());
    entry.outputs.assign(both.begin(), both.end());
}

ListEntry entry_of(const Credential& credential, const Part& part, std::chrono::minutes utc_offset)
{
    ListEntry entry;
    entry.type = credential.type;
    entry.value = credential.value;
    entry.name = credential.name;
    entry.keep_out = keeps_out(credential.list);
    entry.valid_from = credential.valid_from;
    if (credential.valid_to) entry.valid_until = last_moment(*credential.valid_to, utc_offset);
    entry.outputs.assign(part.outputs.begin(), part.outputs.end());
    return entry;
}

// Why a device that decides by itself must not hold an entry of this group; empty: it may.
std::string objection_to(const Credential& credential, const config::GroupConfig* group)
{
    if (credential.group.empty() || keeps_out(credential.list)) return {};
    if (group == nullptr) return "its group is not configured";
    if (!group->schedules.empty())
        return "its group has hours, and the device would let it in at any time; right would be a lane with "
               "decide = \"gateway\"";
    return {};
}

} // namespace

WantedList wanted_at(const std::string& device, const ListTerms& terms,
                     const std::vector<Credential>& credentials, base::WallTime now)
{
    const auto served = lanes_of(device, terms.lanes);
    if (served.empty()) return {};
    const Policy policy(terms.access, terms.lanes, terms.utc_offset);
    WantedList list;
    std::map<std::pair<ListEntry::Type, std::string>, ListEntry> wanted;
    for (const auto& credential : credentials) {
        const auto* group = policy.group(credential.group);
        const auto lanes =
            lanes_in_both(credential.lanes, group == nullptr ? std::vector<std::string>() : group->lanes);
        if (!lanes) continue;
        const auto part = part_of(*lanes, served);
        if (!part.serves) continue;
        auto entry = entry_of(credential, part, terms.utc_offset);
        if (entry.valid_until && *entry.valid_until < now) continue;
        if (auto why = objection_to(credential, group); !why.empty()) {
            list.left_out.push_back({entry.type, entry.value, std::move(why)});
            continue;
        }
        const auto [known, added] = wanted.try_emplace({entry.type, entry.value}, entry);
        if (added) continue;
        if (known->second.keep_out == entry.keep_out)
            widen(known->second, entry);
        else if (entry.keep_out)
            known->second = entry;
    }
    // Another list may let in what this one has to leave out.
    std::erase_if(list.left_out, [&](const auto& left) { return wanted.contains({left.type, left.value}); });
    list.entries.reserve(wanted.size());
    for (auto& [key, entry] : wanted)
        list.entries.push_back(std::move(entry));
    return list;
}

} // namespace gatehouse::access
