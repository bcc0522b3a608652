#pragma once
#include "gateway/store/change.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

// One thing wrong with a list file.
struct LineError {
    std::size_t line = 0; // 1-based
    std::string text;     // what is wrong, and what would be right; quotes no name
};

struct ParsedList {
    std::vector<store::Credential> credentials; // of the lines without errors
    std::vector<LineError> errors;
    std::size_t lines = 0; // rows below the header
    // What an import may replace although no row names it.
    std::vector<store::Credential::Type> types; // that the file has a column for, and that were asked for
    bool has_list_column = false;
};

struct CsvOptions {
    std::chrono::minutes utc_offset{480};
    std::string list = "resident";               // for rows without a list
    std::vector<std::string> lanes;              // the lanes that exist; empty: not checked
    std::vector<std::string> groups;             // the groups that exist
    std::optional<store::Credential::Type> type; // only this column; empty: all
};

// Plates, persons and cards from a table with a header row in Chinese or English: plate 车牌, person
// 人员编号, card 卡号, name 姓名, list 名单, valid_from 生效, valid_to 失效, lanes 车道, note 备注, group
// 分组, entries 次数, and for lists that keep out reason 原因 and instruction 处置. UTF-8 or GB18030; comma,
// semicolon or tab. A row may name several of plate, person and card: each becomes an entry. With
// options.type the other two columns do not count, nor do rows that name nothing else. total: every input has
// an answer, wrong lines are reported and left out. Takes at most 16 MiB and 200,000 rows.
[[nodiscard]] ParsedList parse_list(std::string_view bytes, const CsvOptions& options);

// UTF-8 with a byte order mark, as spreadsheets want it; parse_list() reads the same entries back.
[[nodiscard]] std::string write_list(const std::vector<store::Credential>& credentials,
                                     std::chrono::minutes utc_offset);

[[nodiscard]] std::string_view to_string(store::Credential::Type type); // plate | person | card

} // namespace gatehouse::access
