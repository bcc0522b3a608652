#pragma once
#include "gateway/access/csv_list.hpp"
#include "gateway/store/change.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

struct ParsedConsents {
    std::vector<store::Consent> records; // of the lines without errors
    std::vector<LineError> errors;
    std::size_t lines = 0; // rows below the header
};

// Consents from a table with a header row in Chinese or English: person 人员编号, purpose 用途 (empty: face),
// text_version 文本版本, given_at 同意时间, method 方式, under_14 未满14周岁 (yes or no, 是 or 否), guardian
// 监护人 (of a child's), withdrawn_at 撤回时间. UTF-8 or GB18030. A line that lacks what a consent needs is
// an error. total: every input has an answer. Takes at most 16 MiB and 200,000 rows.
[[nodiscard]] ParsedConsents parse_consents(std::string_view bytes, std::chrono::minutes utc_offset);

} // namespace gatehouse::access
