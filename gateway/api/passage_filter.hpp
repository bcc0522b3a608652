#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/store/passage_rows.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::api {

// Reads which passages are asked for; `text` gives what a name stands for, empty when it is not there. The
// detail of what is wrong goes to `flaw`.
[[nodiscard]] store::PassageQuery
read_passage_query(const std::function<std::string(const std::string&)>& text,
                   std::chrono::minutes utc_offset, std::string& flaw);

// A time such as 2026-01-01T08:05:00+08:00; the epoch when the text is empty. Errors: bad_input.
[[nodiscard]] base::Result<base::WallTime> read_time(const std::string& text,
                                                     std::chrono::minutes utc_offset);

// The place in a page's "next", and back. Errors: bad_input.
[[nodiscard]] std::string cursor_of(const store::PassagePlace& place);
[[nodiscard]] base::Result<store::PassagePlace> read_cursor(std::string_view text);

} // namespace gatehouse::api
