#include "gateway/access/directory.hpp"

#include "gateway/access/list_name.hpp"
#include "gateway/access/validity.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::access {
namespace {

using model::Decision;
using store::Credential;

// What a decision needs of a list entry; whom it belongs to stays in the store.
struct Listed {
    std::string list;
    std::optional<model::WallTime> valid_from;
    std::optional<model::WallTime> valid_to;
    std::vector<std::string> lanes;
    std::string group;
    std::string reason;
    std::string instruction;
};

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

// One entry's verdict: the rule and the sentence for it.
struct Opinion {
    Decision::Result result = Decision::Result::none; // none: the deny entry does not apply
    std::string rule;
    std::string reason;
    std::string instruction;
};

bool is_among(const std::vector<std::string>& lanes, std::string_view lane)
{
    return lane.empty() || lanes.empty() || std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
}

// What the entry's group has to say against it here and now; empty: nothing.
struct Objection {
    std::string rule;
    std::string text;
};

Objection objection_of(const Listed& listed, std::string_view lane, model::WallTime at, const Policy& policy)
{
    if (!is_among(listed.lanes, lane)) return {"wrong-lane", ", but not for this lane."};
    if (listed.group.empty()) return {};
    const auto* group = policy.group(listed.group);
    if (group == nullptr)
        return {"unknown-group", ", but its group \"" + listed.group + "\" is not configured."};
    if (!is_among(group->lanes, lane))
        return {"wrong-lane", ", but its group \"" + listed.group + "\" is not for this lane."};
    if (!policy.is_open(*group, at))
        return {"out-of-hours", ", but its group \"" + listed.group + "\" may not pass at this time."};
    return {};
}

// A list that keeps out does so at every hour, and also when its group is unknown: an entry that the
// configuration has lost sight of must not let anybody in.
bool keeps_out_here(const Objection& objection)
{
    return objection.rule != "wrong-lane";
}

Opinion denial(const Listed& listed, const std::string& subject)
{
    const auto why = listed.reason.empty() ? std::string() : " Reason: " + listed.reason + '.';
    return {Decision::Result::refuse, "deny-list", subject + ", which refuses." + why, listed.instruction};
}

Opinion opinion_of(const Listed& listed, std::string_view noun, std::string_view lane, model::WallTime at,
                   const Policy& policy, std::chrono::minutes utc_offset)
{
    const bool deny = keeps_out(listed.list);
    const auto others = deny ? Decision::Result::none : Decision::Result::refuse;
    const std::string subject = "The " + std::string(noun) + " is on list \"" + listed.list + "\"";
    switch (validity_at(listed.valid_from, listed.valid_to, at, utc_offset)) {
    case Validity::not_yet:
        return {others, "not-yet-valid",
                subject + ", but only from " + date_text(*listed.valid_from, utc_offset) + ".", ""};
    case Validity::expired:
        return {others, "expired",
                subject + ", but only until " + date_text(*listed.valid_to, utc_offset) + ".", ""};
    case Validity::valid: break;
    }
    auto objection = objection_of(listed, lane, at, policy);
    if (deny && keeps_out_here(objection)) return denial(listed, subject);
    if (!objection.rule.empty())
        return {others, std::move(objection.rule), subject + objection.text, ""};
    return {Decision::Result::open, listed.list + "-list", subject + '.', ""};
}

// Lower comes first: a deny that applies, then an open, then why not, then a deny that does not apply.
int rank(const Opinion& opinion)
{
    if (opinion.result == Decision::Result::refuse) return opinion.rule == "deny-list" ? 0 : 2;
    return opinion.result == Decision::Result::open ? 1 : 3;
}

Decision refuse(std::string rule, std::string reason)
{
    Decision decision;
    decision.result = Decision::Result::refuse;
    decision.rule = std::move(rule);
    decision.reasons.push_back(std::move(reason));
    return decision;
}

} // namespace

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
        index->by_type.at(type)[credential.value].push_back(
            {credential.list, credential.valid_from, credential.valid_to, credential.lanes, credential.group,
             credential.reason, credential.instruction});
        ++index->sizes.at(type);
    }
    return index;
}

std::size_t Directory::size(Credential::Type type) const
{
    return index_->sizes.at(index_of_type(type));
}

Decision Directory::decide(std::string_view lane, Credential::Type type, std::string_view value,
                           model::WallTime at, bool everything) const
{
    const auto noun = nouns.at(index_of_type(type));
    const auto& entries = index_->by_type.at(index_of_type(type));
    const auto found = entries.find(value);
    std::vector<Opinion> opinions;
    if (found != entries.end())
        for (const auto& listed : found->second)
            opinions.push_back(opinion_of(listed, noun, lane, at, policy_, utc_offset_));
    std::stable_sort(opinions.begin(), opinions.end(),
                     [](const Opinion& a, const Opinion& b) { return rank(a) < rank(b); });
    Decision decision;
    if (opinions.empty() || opinions.front().result == Decision::Result::none) {
        decision = refuse("not-listed", "The " + std::string(noun) + " is on no list that lets it in.");
    } else {
        decision.result = opinions.front().result;
        decision.rule = opinions.front().rule;
        decision.instruction = opinions.front().instruction;
        decision.reasons.push_back(opinions.front().reason);
        opinions.erase(opinions.begin());
    }
    if (everything)
        for (auto& opinion : opinions)
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
    if (!attempt->card.empty()) return decide_card(lane, attempt->card, event.occurred_at);
    return decide_person(lane, attempt->person, event.occurred_at);
}

} // namespace gatehouse::access
