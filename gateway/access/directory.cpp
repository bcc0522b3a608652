#include "gateway/access/directory.hpp"

#include "gateway/access/list_name.hpp"
#include "gateway/access/listed.hpp"
#include "gateway/access/validity.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::access {
namespace {

using model::Decision;
using store::Credential;

// Lets a map of strings be asked with a string_view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

constexpr std::array<std::string_view, 3> nouns{"plate", "person", "card"};

std::size_t index_of_type(Credential::Type type)
{
    return static_cast<std::size_t>(type);
}

// A list that keeps out does so at every hour, and also when its group is unknown: an entry that the
// configuration has lost sight of must not let anybody in.
bool keeps_out_here(const Objection& objection)
{
    return objection.rule != "wrong-lane";
}

Decision refuse(std::string rule, std::string reason)
{
    Decision decision;
    decision.result = Decision::Result::refuse;
    decision.rule = std::move(rule);
    decision.reasons.push_back(std::move(reason));
    return decision;
}

// What a reader saw.
struct Seen {
    Credential::Type type = Credential::Type::plate;
    std::string_view value; // may be empty
};

Seen seen_in(const model::AccessAttempt& attempt)
{
    if (!attempt.card.empty()) return {Credential::Type::card, attempt.card};
    return {Credential::Type::person, attempt.person};
}

std::optional<Seen> seen_in(const model::Event& event)
{
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body))
        return Seen{Credential::Type::plate, vehicle->plate.text};
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&event.body)) return seen_in(*attempt);
    return std::nullopt;
}

} // namespace

// One entry's verdict: the rule and the sentence for it.
struct Directory::Opinion {
    Decision::Result result = Decision::Result::none; // none: the deny entry does not apply
    std::string rule;
    std::string reason;
    std::string instruction;
    const Listed* entry = nullptr; // of the index

    // Lower comes first: a deny that applies, then an open, of these one that is not counted, then why not,
    // then a deny that does not apply.
    [[nodiscard]] int rank() const
    {
        if (result == Decision::Result::refuse) return rule == "deny-list" ? 0 : 3;
        if (result == Decision::Result::none) return 4;
        return entry->entries ? 2 : 1;
    }
};

struct Directory::Index {
    using Entries = std::unordered_map<std::string, std::vector<Listed>, TextHash, std::equal_to<>>;
    std::array<Entries, 3> by_type;
    std::array<std::size_t, 3> sizes{};
};

Directory::Directory(std::chrono::minutes utc_offset)
    : utc_offset_(utc_offset), index_(std::make_shared<const Index>())
{
}

std::shared_ptr<const Directory::Index> Directory::index_of(const std::vector<Credential>& credentials)
{
    auto index = std::make_shared<Index>();
    for (const auto& credential : credentials) {
        const auto type = index_of_type(credential.type);
        index->by_type.at(type)[credential.value].emplace_back(credential);
        ++index->sizes.at(type);
    }
    return index;
}

std::size_t Directory::size(Credential::Type type) const
{
    return index_->sizes.at(index_of_type(type));
}

Directory::Opinion Directory::opinion_of(const Listed& listed, Credential::Type type, std::string_view value,
                                         std::string_view lane, model::WallTime at) const
{
    const bool deny = keeps_out(listed.list);
    const auto others = deny ? Decision::Result::none : Decision::Result::refuse;
    const std::string subject =
        "The " + std::string(nouns.at(index_of_type(type))) + " is on list \"" + listed.list + "\"";
    switch (validity_at(listed.valid_from, listed.valid_to, at, utc_offset_)) {
    case Validity::not_yet:
        return {others, "not-yet-valid",
                subject + ", but only from " + date_text(*listed.valid_from, utc_offset_) + ".", "", &listed};
    case Validity::expired:
        return {others, "expired",
                subject + ", but only until " + date_text(*listed.valid_to, utc_offset_) + ".", "", &listed};
    case Validity::valid: break;
    }
    auto objection = objection_of(listed, lane, at, policy_);
    if (deny && keeps_out_here(objection)) {
        const auto why = listed.reason.empty() ? std::string() : " Reason: " + listed.reason + '.';
        return {Decision::Result::refuse, "deny-list", subject + ", which refuses." + why, listed.instruction,
                &listed};
    }
    if (!objection.rule.empty())
        return {others, std::move(objection.rule), subject + objection.text, "", &listed};
    if (has_no_entry_left(listed, type, value, lane, at))
        return {others, "entries-used-up",
                subject + ", but its " + std::to_string(*listed.entries) + " entries are used up.", "",
                &listed};
    return {Decision::Result::open, listed.list + "-list", subject + '.', "", &listed};
}

// Whoever is in may leave, and a car that is read twice at the gate enters once.
bool Directory::has_no_entry_left(const Listed& listed, Credential::Type type, std::string_view value,
                                  std::string_view lane, model::WallTime at) const
{
    if (!listed.entries || policy_.leads_out(lane)) return false;
    return visits_.used(type, value, listed.list, listed.valid_from) >=
               static_cast<std::size_t>(*listed.entries) &&
           !visits_.is_same_passage(type, value, listed.list, lane, at);
}

// The one that counts first.
std::vector<Directory::Opinion> Directory::opinions(std::string_view lane, Credential::Type type,
                                                    std::string_view value, model::WallTime at) const
{
    const auto& entries = index_->by_type.at(index_of_type(type));
    const auto found = entries.find(value);
    std::vector<Opinion> all;
    if (found != entries.end())
        for (const auto& listed : found->second)
            all.push_back(opinion_of(listed, type, value, lane, at));
    std::stable_sort(all.begin(), all.end(),
                     [](const Opinion& a, const Opinion& b) { return a.rank() < b.rank(); });
    return all;
}

std::optional<Directory::UsedEntry> Directory::note_entry(std::string_view lane, const model::Event& event)
{
    const auto seen = seen_in(event);
    if (!seen || seen->value.empty() || policy_.leads_out(lane)) return std::nullopt;
    const auto all = opinions(lane, seen->type, seen->value, event.occurred_at);
    if (all.empty() || all.front().result != Decision::Result::open || !all.front().entry->entries)
        return std::nullopt;
    const auto& list = all.front().entry->list;
    if (visits_.is_same_passage(seen->type, seen->value, list, lane, event.occurred_at)) {
        visits_.seen_again(seen->type, seen->value, list, event.occurred_at);
        return std::nullopt;
    }
    // A record without a key is known by the moment at which it came.
    auto key = event.device_key.empty() ? std::to_string(event.received_at.time_since_epoch().count())
                                        : event.device_key;
    store::EntryUse use{.device = event.device,
                        .device_key = std::move(key),
                        .type = seen->type,
                        .value = std::string(seen->value),
                        .list = list,
                        .lane = std::string(lane),
                        .at = event.occurred_at};
    if (!visits_.note(use)) return std::nullopt;
    const auto& listed = *all.front().entry;
    const auto used = visits_.used(seen->type, seen->value, list, listed.valid_from);
    return UsedEntry{std::move(use), used >= static_cast<std::size_t>(*listed.entries)};
}

Decision Directory::decide(std::string_view lane, Credential::Type type, std::string_view value,
                           model::WallTime at, bool everything) const
{
    auto all = opinions(lane, type, value, at);
    Decision decision;
    if (all.empty() || all.front().result == Decision::Result::none) {
        const std::string noun(nouns.at(index_of_type(type)));
        decision = refuse("not-listed", "The " + noun + " is on no list that lets it in.");
    } else {
        decision.result = all.front().result;
        decision.rule = std::move(all.front().rule);
        decision.instruction = std::move(all.front().instruction);
        decision.reasons.push_back(std::move(all.front().reason));
        all.erase(all.begin());
    }
    if (everything)
        for (auto& opinion : all)
            decision.reasons.push_back(std::move(opinion.reason));
    return decision;
}

Decision Directory::decide_plate(std::string_view lane, std::string_view plate, model::WallTime at,
                                 bool everything) const
{
    if (plate.empty()) return refuse("no-plate", "No plate was read.");
    return decide(lane, Credential::Type::plate, plate, at, everything);
}

Decision Directory::decide_person(std::string_view lane, std::string_view person, model::WallTime at,
                                  bool everything) const
{
    if (person.empty()) return refuse("not-recognised", "The person was not recognised.");
    return decide(lane, Credential::Type::person, person, at, everything);
}

Decision Directory::decide_card(std::string_view lane, std::string_view card, model::WallTime at,
                                bool everything) const
{
    if (card.empty()) return refuse("no-card", "No card was read.");
    return decide(lane, Credential::Type::card, card, at, everything);
}

Decision Directory::decide(std::string_view lane, const model::Event& event) const
{
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body))
        return decide_plate(lane, vehicle->plate.text, event.occurred_at);
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt == nullptr) return {};
    // These two only say that the device's own list lacks the person; anything else is the device's own
    // business.
    const bool unlisted = attempt->reason.empty() || attempt->reason == "no_permission" ||
                          attempt->reason == "unknown_credential";
    if (!attempt->granted && !unlisted)
        return refuse("device", "The device refused: " + attempt->reason + '.');
    const auto seen = seen_in(*attempt);
    if (seen.type == Credential::Type::card) return decide_card(lane, seen.value, event.occurred_at);
    return decide_person(lane, seen.value, event.occurred_at);
}

} // namespace gatehouse::access
