#pragma once
#include "gateway/access/list_ledger.hpp"
#include "gateway/config/site.hpp"
#include "gateway/device/list_port.hpp"

#include <string>
#include <vector>

namespace gatehouse::access {

// What has to happen at a device so that it holds one type of our lists.
struct ListDiff {
    std::vector<model::ListEntry> add;
    std::vector<model::ListEntry> change; // it holds something else under this value
    std::vector<model::ListEntry> remove;
    struct Unfit {
        std::string value;
        std::string why; // one plain sentence
    };
    std::vector<Unfit> unfit;  // it can never hold them
    std::size_t equal = 0;     // as they should be
    std::size_t strangers = 0; // entered by others, and left alone

    [[nodiscard]] bool empty() const { return add.empty() && change.empty() && remove.empty(); }
};

// `wanted` and `there` are of one type. Entries that only others have entered are removed under
// ListPolicy::all alone. Pure.
[[nodiscard]] ListDiff compare(const std::vector<model::ListEntry>& wanted,
                               const std::vector<model::ListEntry>& there, const device::ListPort& port,
                               const ListLedger& ledger, config::ListPolicy policy);

// 16 hexadecimal digits that differ when what the lists decide differs (domain.md S-05): the same for equal
// lists in any order. Finds accidents, not forgers.
[[nodiscard]] std::string digest_of(const std::vector<model::ListEntry>& entries);

} // namespace gatehouse::access
