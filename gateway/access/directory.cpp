#include "gateway/access/directory.hpp"

#include "gateway/access/list_name.hpp"
#include "gateway/access/listed.hpp"
#include "gateway/access/validity.hpp"
#include "gateway/access/weak_characters.hpp"
#include "gateway/model/look_alike.hpp"
#include "gateway/model/plate_grammar.hpp"

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

// A plate that differs in more characters is another plate.
constexpr std::size_t misread_max = 2;

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
    // Plates, of `by_type`, by what they look like.
    std::unordered_map<std::string, std::vector<std::string_view>> plates_by_look;
    std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> names; // of persons
};

// A listed plate that looks like what was read, and the entry of it that counts first.
struct Directory::LookAlike {
    Opinion opinion;
    std::vector<std::size_t> differs; // positions from 0

    [[nodiscard]] bool by_province_only() const { return differs.size() == 1 && differs.front() == 0; }
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
        if (credential.type == Credential::Type::person && !credential.name.empty())
            index->names.try_emplace(credential.value, credential.name);
    }
    for (const auto& [plate, listed] : index->by_type.at(index_of_type(Credential::Type::plate)))
        index->plates_by_look[model::look_alike_key(plate)].emplace_back(plate);
    return index;
}

std::size_t Directory::size(Credential::Type type) const
{
    return index_->sizes.at(index_of_type(type));
}

std::string Directory::name_of_person(std::string_view person) const
{
    const auto name = index_->names.find(person);
    return name == index_->names.end() ? std::string() : name->second;
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

std::vector<Directory::LookAlike> Directory::look_alikes(std::string_view lane, std::string_view plate,
                                                         model::WallTime at) const
{
    std::vector<LookAlike> found;
    const auto alike = index_->plates_by_look.find(model::look_alike_key(plate));
    if (alike == index_->plates_by_look.end()) return found;
    for (const auto other : alike->second) {
        auto differs = model::differing(plate, other);
        if (differs.empty() || differs.size() > misread_max) continue;
        auto all = opinions(lane, Credential::Type::plate, other, at);
        found.push_back({std::move(all.front()), std::move(differs)});
    }
    return found;
}

Decision Directory::decide_plate(std::string_view lane, std::string_view plate, model::WallTime at,
                                 bool everything) const
{
    model::Plate read;
    read.text = plate;
    return decide_plate(lane, read, at, everything);
}

Decision Directory::decide_plate(std::string_view lane, const model::Plate& read, model::WallTime at,
                                 bool everything) const
{
    if (read.text.empty()) return refuse("no-plate", "No plate was read.");
    auto decision = decide(lane, Credential::Type::plate, read.text, at, everything);
    const auto alike = look_alikes(lane, read.text, at);
    if (decision.result == Decision::Result::open)
        doubt(decision, read, alike);
    else if (decision.rule == "not-listed")
        correct(decision, read, alike);
    const bool near_denied =
        decision.rule != "deny-list" && std::any_of(alike.begin(), alike.end(), [](const LookAlike& other) {
            return other.opinion.rule == "deny-list";
        });
    if (near_denied)
        decision.reasons.emplace_back(
            "The plate looks like one on a list that refuses; somebody should compare it.");
    return decision;
}

// A read that would open, but one of whose characters the camera itself did not believe. That no other listed
// plate looks like it speaks for it; a province that was guessed does not.
void Directory::doubt(Decision& decision, const model::Plate& read, const std::vector<LookAlike>& alike) const
{
    const auto weak = weak_characters(read, policy_.weak_character());
    if (weak.empty()) return;
    if (weak.size() == 1 && weak.front() == 0 &&
        model::is_province(model::characters_of(read.text).front())) {
        auto refused = refuse("province-weak", "Only the province was hardly read; somebody has to look.");
        refused.reasons.insert(refused.reasons.end(), decision.reasons.begin(), decision.reasons.end());
        decision = std::move(refused);
        return;
    }
    const bool could_be_another = std::any_of(alike.begin(), alike.end(), [&](const LookAlike& other) {
        return std::includes(weak.begin(), weak.end(), other.differs.begin(), other.differs.end());
    });
    if (!could_be_another) return;
    auto refused =
        refuse("weak-read", "A character was hardly read, and another listed plate looks like this one.");
    refused.reasons.insert(refused.reasons.end(), decision.reasons.begin(), decision.reasons.end());
    decision = std::move(refused);
}

// A read that is on no list, and what it may have been.
void Directory::correct(Decision& decision, const model::Plate& read,
                        const std::vector<LookAlike>& alike) const
{
    std::vector<const LookAlike*> open;
    for (const auto& other : alike)
        if (other.opinion.result == Decision::Result::open) open.push_back(&other);
    if (open.empty()) return;
    const auto& only = *open.front();
    if (open.size() == 1 && only.by_province_only()) {
        decision.reasons.emplace_back(
            "A plate that is let in differs in the province only; somebody has to look.");
        return;
    }
    const auto weak = weak_characters(read, policy_.weak_character());
    // As it stands it cannot be, or was hardly read just there: else it is somebody else's plate.
    const bool in_doubt = !model::plate_kind(read.text) ||
                          std::includes(weak.begin(), weak.end(), only.differs.begin(), only.differs.end());
    const bool certain =
        alike.size() == 1 && only.differs.front() != 0 && only.opinion.entry->list == "resident";
    if (policy_.corrects_reads() && in_doubt && certain) {
        decision.result = Decision::Result::open;
        decision.rule = "corrected-read";
        decision.reasons = {
            "The plate was misread: only one plate looks like it, and that is on list \"resident\"."};
        return;
    }
    decision.reasons.emplace_back("The plate looks like one that is let in; somebody has to look.");
}

std::vector<Directory::Candidate> Directory::candidates(std::string_view plate) const
{
    std::vector<Candidate> found;
    const auto alike = index_->plates_by_look.find(model::look_alike_key(plate));
    if (alike == index_->plates_by_look.end()) return found;
    for (const auto other : alike->second) {
        Candidate candidate{std::string(other), {}, model::differing(plate, other)};
        if (candidate.differs.empty() || candidate.differs.size() > misread_max) continue;
        for (const auto& listed : entries_of_plate(other))
            candidate.lists.push_back(listed.list);
        found.push_back(std::move(candidate));
    }
    std::sort(found.begin(), found.end(),
              [](const Candidate& a, const Candidate& b) { return a.value < b.value; });
    return found;
}

std::vector<Listed> Directory::entries_of_plate(std::string_view plate) const
{
    const auto& plates = index_->by_type.at(index_of_type(Credential::Type::plate));
    const auto found = plates.find(plate);
    return found == plates.end() ? std::vector<Listed>() : found->second;
}

std::optional<int> Directory::entries_left(const Listed& listed, std::string_view plate) const
{
    if (!listed.entries) return std::nullopt;
    const auto used = visits_.used(Credential::Type::plate, plate, listed.list, listed.valid_from);
    return std::max(0, *listed.entries - static_cast<int>(used));
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
        return decide_plate(lane, vehicle->plate, event.occurred_at);
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
