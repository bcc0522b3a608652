#pragma once
#include "gateway/store/change.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::access {

// How often each visitor has come in: what the entries of a list with a number of entries are counted
// against. The truth is in the store; this is what decisions ask. Bounded by what retention keeps there.
class Visits {
public:
    void load(const std::vector<store::EntryUse>& uses);
    // False when the record has been counted before.
    bool note(const store::EntryUse& use);
    // Entries since `credential` began to be valid.
    [[nodiscard]] std::size_t used(store::Credential::Type type, std::string_view value,
                                   std::string_view list, std::optional<base::WallTime> since) const;
    // Whether a car that stands at the gate is read again: the last entry went through this lane at most a
    // minute ago, by that read or one that followed it so closely.
    [[nodiscard]] bool is_same_passage(store::Credential::Type type, std::string_view value,
                                       std::string_view list, std::string_view lane, base::WallTime at) const;
    // Was read again during its passage.
    void seen_again(store::Credential::Type type, std::string_view value, std::string_view list,
                    base::WallTime at);

private:
    struct Use {
        std::string lane;
        base::WallTime at{};
        base::WallTime last_seen{};
    };
    using Record = std::pair<std::string, std::string>; // device and its record's key
    using Uses = std::map<Record, Use>;
    [[nodiscard]] const Use* last_of(const std::string& key) const;

    std::map<std::string, Uses> by_entry_;
};

// Whether nothing is left of the entry's number of entries.
[[nodiscard]] bool is_used_up(const store::Credential& credential, const Visits& visits);

} // namespace gatehouse::access
