#pragma once
#include "gateway/audit/record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::audit {

// What lies beside the database in the file `audit-head`: the newest head and when it was noted. An old copy
// of the database that is put back does not hold it.
struct HeadNote {
    Head head;
    base::WallTime at{};
};

// One line and a line with its checksum, so that a note that was torn is not taken for another one.
[[nodiscard]] std::string text_of(const HeadNote& note);
// total: nothing for any text that text_of() did not write.
[[nodiscard]] std::optional<HeadNote> parse_note(std::string_view text);

} // namespace gatehouse::audit
