#pragma once
#include "gateway/access/policy.hpp"
#include "gateway/access/visits.hpp"
#include "gateway/model/event.hpp"
#include "gateway/store/change.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::access {

struct Listed;

// Every plate, person and card that is on a list, in memory, so that a decision needs neither disk nor
// network. Asked by intake for each read in a lane where the gateway decides, and by `explain`. io thread
// only.
class Directory {
public:
    struct Index; // immutable; may be built on another thread

    explicit Directory(std::chrono::minutes utc_offset);

    // Takes a copy of what it needs. Pure, so it may run on a pool thread.
    [[nodiscard]] static std::shared_ptr<const Index>
    index_of(const std::vector<store::Credential>& credentials);
    void replace(std::shared_ptr<const Index> index) { index_ = std::move(index); }
    void load(const std::vector<store::Credential>& credentials) { replace(index_of(credentials)); }
    // Groups and hours, from now on.
    void use(Policy policy) { policy_ = std::move(policy); }
    [[nodiscard]] std::size_t size(store::Credential::Type type) const;

    // Whether to open `lane` (id; empty: any lane) at `at`. A list that keeps out (list_name.hpp) comes
    // first, then the first valid entry of any other list. `plate` is canonical text. `everything`: give each
    // entry's reason, not only the one that counted.
    [[nodiscard]] model::Decision decide_plate(std::string_view lane, std::string_view plate,
                                               model::WallTime at, bool everything = false) const;
    // The same for a read: what is in doubt about it counts too. A plate that is on no list opens as the one
    // it looks like only when the policy says so; one that looks like a plate which is kept out is told.
    [[nodiscard]] model::Decision decide_plate(std::string_view lane, const model::Plate& read,
                                               model::WallTime at, bool everything = false) const;
    [[nodiscard]] model::Decision decide_person(std::string_view lane, std::string_view person,
                                                model::WallTime at, bool everything = false) const;
    [[nodiscard]] model::Decision decide_card(std::string_view lane, std::string_view card,
                                              model::WallTime at, bool everything = false) const;
    // The same for what a reader saw, at the time it saw it: a plate, else a card, else a person. A person
    // whom the device refused for a reason of its own (wrong password, anti-passback ...) is never let in
    // from here.
    [[nodiscard]] model::Decision decide(std::string_view lane, const model::Event& event) const;

    // Listed plates that look like this one and are not it, in any lane and at any time, for `explain`.
    struct Candidate {
        std::string value;
        std::vector<std::string> lists;
        std::vector<std::size_t> differs; // positions from 0
    };
    [[nodiscard]] std::vector<Candidate> candidates(std::string_view plate) const;
    // What the lists say of this plate, for `explain`.
    [[nodiscard]] std::vector<Listed> entries_of_plate(std::string_view plate) const;
    [[nodiscard]] const Policy& policy() const { return policy_; }
    // As a list has it; empty: none does.
    [[nodiscard]] std::string name_of_person(std::string_view person) const;
    // Entries that are left of a number of entries; nothing: they are not counted.
    [[nodiscard]] std::optional<int> entries_left(const Listed& listed, std::string_view plate) const;

    // What visitors have used so far, from the store.
    void load_visits(const std::vector<store::EntryUse>& uses) { visits_.load(uses); }
    // The record has let somebody in through `lane`. When one of a number of entries is used by that, it
    // counts from here on, and the caller puts it into the store. Nothing: no entry is counted, or this one
    // was.
    struct UsedEntry {
        store::EntryUse use;
        bool was_last = false;
    };
    [[nodiscard]] std::optional<UsedEntry> note_entry(std::string_view lane, const model::Event& event);

private:
    struct Opinion;
    [[nodiscard]] Opinion opinion_of(const Listed& listed, store::Credential::Type type,
                                     std::string_view value, std::string_view lane, model::WallTime at) const;
    [[nodiscard]] bool has_no_entry_left(const Listed& listed, store::Credential::Type type,
                                         std::string_view value, std::string_view lane,
                                         model::WallTime at) const;
    [[nodiscard]] std::vector<Opinion> opinions(std::string_view lane, store::Credential::Type type,
                                                std::string_view value, model::WallTime at) const;
    struct LookAlike;
    [[nodiscard]] std::vector<LookAlike> look_alikes(std::string_view lane, std::string_view plate,
                                                     model::WallTime at) const;
    void doubt(model::Decision& decision, const model::Plate& read,
               const std::vector<LookAlike>& alike) const;
    void correct(model::Decision& decision, const model::Plate& read,
                 const std::vector<LookAlike>& alike) const;
    [[nodiscard]] model::Decision decide(std::string_view lane, store::Credential::Type type,
                                         std::string_view value, model::WallTime at, bool everything) const;

    std::chrono::minutes utc_offset_;
    std::shared_ptr<const Index> index_;
    Policy policy_;
    Visits visits_;
};

} // namespace gatehouse::access
