#include "gateway/access/wanted_list.hpp"

#include "gateway/access/list_name.hpp"
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

Part part_of(const Credential& credential, const Served& served)
{
    Part part;
    if (credential.lanes.empty()) {
        part.serves = true;
        return part;
    }
    bool all = true;
    for (const auto& [lane, outputs] : served) {
        const auto& wanted = credential.lanes;
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

} // namespace

std::vector<ListEntry> wanted_at(const std::string& device, const std::vector<config::LaneConfig>& lanes,
                                 const std::vector<Credential>& credentials, base::WallTime now,
                                 std::chrono::minutes utc_offset)
{
    const auto served = lanes_of(device, lanes);
    if (served.empty()) return {};
    std::map<std::pair<ListEntry::Type, std::string>, ListEntry> wanted;
    for (const auto& credential : credentials) {
        const auto part = part_of(credential, served);
        if (!part.serves) continue;
        ListEntry entry;
        entry.type = credential.type;
        entry.value = credential.value;
        entry.name = credential.name;
        entry.keep_out = keeps_out(credential.list);
        entry.valid_from = credential.valid_from;
        if (credential.valid_to) entry.valid_until = last_moment(*credential.valid_to, utc_offset);
        entry.outputs.assign(part.outputs.begin(), part.outputs.end());
        if (entry.valid_until && *entry.valid_until < now) continue;
        const auto [known, added] = wanted.try_emplace({entry.type, entry.value}, entry);
        if (added) continue;
        if (known->second.keep_out == entry.keep_out)
            widen(known->second, entry);
        else if (entry.keep_out)
            known->second = entry;
    }
    std::vector<ListEntry> entries;
    entries.reserve(wanted.size());
    for (auto& [key, entry] : wanted)
        entries.push_back(std::move(entry));
    return entries;
}

} // namespace gatehouse::access
