#pragma once
#include "gateway/access/policy.hpp"
#include "gateway/store/change.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

// What a decision needs of a list entry; whom it belongs to stays in the store. One of the directory's index.
struct Listed {
    explicit Listed(const store::Credential& credential);

    std::string list;
    std::optional<base::WallTime> valid_from;
    std::optional<base::WallTime> valid_to;
    std::vector<std::string> lanes;
    std::string group;
    std::string reason;
    std::string instruction;
    std::optional<int> entries;
};

// What an entry or its group has to say against being used in this lane at this time.
struct Objection {
    std::string rule; // empty: nothing
    std::string text; // the end of a sentence about the entry
};

// `lane` empty: any.
[[nodiscard]] Objection objection_of(const Listed& listed, std::string_view lane, base::WallTime at,
                                     const Policy& policy);

} // namespace gatehouse::access
