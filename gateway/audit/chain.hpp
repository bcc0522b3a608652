#pragma once
#include "gateway/audit/record.hpp"

#include <optional>
#include <string_view>

namespace gatehouse::audit {

// What stands before row 1.
[[nodiscard]] const std::string& genesis();

// SHA-256 in lower-case hex over row.prev and the canonical text of the row: prev, number, milliseconds since
// 1970 and each text with its length, so that no two rows have one text. Anybody can compute it again
// (README.md).
[[nodiscard]] std::string link_hash(const Row& row);

// "120:9f2c...": how a head is written in rows, notices and on the command line.
[[nodiscard]] std::string to_text(const Head& head);
// total: nothing for any other text.
[[nodiscard]] std::optional<Head> parse_head(std::string_view text);

// Rows that say something about the chain itself.
inline constexpr std::string_view begun_action = "chain-begun";       // earlier rows were chained afterwards
inline constexpr std::string_view retired_action = "audit-retention"; // target: head of what age deleted
inline constexpr std::string_view restored_action = "restore";        // target: head that was replaced
inline constexpr std::string_view salvaged_action = "store-salvaged"; // rows may be missing since
inline constexpr std::string_view broken_action = "audit-broken";     // found by the gateway's own check

} // namespace gatehouse::audit
