#include "gateway/access/visits.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

using store::Credential;

constexpr std::chrono::seconds passage{60};

std::string key_of(Credential::Type type, std::string_view value, std::string_view list)
{
    std::string key = std::to_string(static_cast<int>(type));
    key.append("\n").append(list).append("\n").append(value);
    return key;
}

} // namespace

void Visits::load(const std::vector<store::EntryUse>& uses)
{
    by_entry_.clear();
    for (const auto& use : uses)
        note(use);
}

bool Visits::note(const store::EntryUse& use)
{
    auto& uses = by_entry_[key_of(use.type, use.value, use.list)];
    return uses.try_emplace({use.device, use.device_key}, Use{use.lane, use.at, use.at}).second;
}

std::size_t Visits::used(Credential::Type type, std::string_view value, std::string_view list,
                         std::optional<base::WallTime> since) const
{
    const auto uses = by_entry_.find(key_of(type, value, list));
    if (uses == by_entry_.end()) return 0;
    return static_cast<std::size_t>(
        std::count_if(uses->second.begin(), uses->second.end(),
                      [&](const auto& use) { return !since || use.second.at >= *since; }));
}

const Visits::Use* Visits::last_of(const std::string& key) const
{
    const auto uses = by_entry_.find(key);
    if (uses == by_entry_.end()) return nullptr;
    const auto last =
        std::max_element(uses->second.begin(), uses->second.end(),
                         [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
    return last == uses->second.end() ? nullptr : &last->second;
}

bool Visits::is_same_passage(Credential::Type type, std::string_view value, std::string_view list,
                             std::string_view lane, base::WallTime at) const
{
    const auto* last = last_of(key_of(type, value, list));
    return last != nullptr && last->lane == lane && at >= last->at && at - last->last_seen <= passage;
}

void Visits::seen_again(Credential::Type type, std::string_view value, std::string_view list,
                        base::WallTime at)
{
    const auto key = key_of(type, value, list);
    const auto* last = last_of(key);
    if (last == nullptr) return;
    for (auto& [record, use] : by_entry_[key])
        if (&use == last) use.last_seen = std::max(use.last_seen, at);
}

bool is_used_up(const Credential& credential, const Visits& visits)
{
    return credential.entries &&
           visits.used(credential.type, credential.value, credential.list, credential.valid_from) >=
               static_cast<std::size_t>(*credential.entries);
}

} // namespace gatehouse::access
