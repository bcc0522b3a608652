#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

struct CsvRow {
    std::size_t line = 0;            // 1-based line on which the row starts
    std::vector<std::string> fields; // without quotes; unquoted fields without blanks around them
    std::string flaw;                // empty, or what is wrong with the row's quotes
};

// The rows of a CSV text (RFC 4180) with the given delimiter; CRLF, LF and CR end a row, empty rows are left
// out. total: every input has an answer.
[[nodiscard]] std::vector<CsvRow> read_csv(std::string_view text, char delimiter);
// The one of comma, semicolon and tab that stands most often in the first row, outside quotes.
[[nodiscard]] char csv_delimiter(std::string_view text);
// The field as it must be written so that read_csv() yields `value` again, with a comma as delimiter.
void append_csv_field(std::string& out, std::string_view value);

} // namespace gatehouse::access
