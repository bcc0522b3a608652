#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/list_entry.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

// What we have done to one device's list of one type: which of its entries are ours, and what it said to
// those that it did not take. Kept in the store as one text, so that a removal is not forgotten while the
// device is away.
class ListLedger {
public:
    struct Row {
        bool held = false;                     // we wrote it, and it has not been removed since
        std::string reason;                    // why it is not as it should be; empty: it is
        std::string code;                      // the device's word for it
        bool again = false;                    // worth another try
        std::optional<base::WallTime> leaving; // held, though no longer wanted, since then; milliseconds
        friend bool operator==(const Row&, const Row&) = default;
    };
    using Rows = std::map<std::string, Row>; // by value

    ListLedger() = default;
    // total: lines that are not ours are left out.
    explicit ListLedger(std::string_view text);
    [[nodiscard]] std::string text() const;

    [[nodiscard]] const Rows& rows() const { return rows_; }
    [[nodiscard]] bool holds(const std::string& value) const;
    void wrote(const std::string& value);
    void removed(const std::string& value) { rows_.erase(value); }
    // Could not be written (then it is ours only if it was before) or removed.
    void failed(const std::string& value, std::string reason, std::string code, bool again);
    // How many of those held are not among `wanted`, and were not at an earlier call `limit` or longer ago.
    [[nodiscard]] std::size_t note_leaving(const std::set<std::string>& wanted, base::WallTime now,
                                           std::chrono::milliseconds limit);
    // Nothing is left to say of a value that is neither held nor wanted.
    void forget_failure(const std::string& value);

private:
    Rows rows_;
};

} // namespace gatehouse::access
