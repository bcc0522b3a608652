#include "gateway/access/consent_csv.hpp"

#include "gateway/access/consents.hpp"
#include "gateway/access/csv_rows.hpp"
#include "gateway/access/validity.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gatehouse::access {
namespace {

constexpr std::size_t file_bytes_max = 16U * 1024 * 1024;
constexpr std::size_t file_rows_max = 200'000;
constexpr std::size_t shown_errors_max = 200; // nobody reads more at once
constexpr std::size_t text_size_max = 64;

enum Field : std::size_t { who, what, version, given, method, minor, guardian, withdrawn, field_count };

struct Heading {
    std::string_view text;
    Field field;
};
constexpr std::array headings{
    Heading{"person", who},         Heading{"人员编号", who},         Heading{"purpose", what},
    Heading{"用途", what},          Heading{"text_version", version}, Heading{"文本版本", version},
    Heading{"given_at", given},     Heading{"同意时间", given},       Heading{"method", method},
    Heading{"方式", method},        Heading{"under_14", minor},       Heading{"未满14周岁", minor},
    Heading{"guardian", guardian},  Heading{"监护人", guardian},      Heading{"withdrawn_at", withdrawn},
    Heading{"撤回时间", withdrawn},
};

bool is_purpose(std::string_view text)
{
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Reads one file; collects records and errors.
class ConsentParser {
public:
    ConsentParser(std::chrono::minutes utc_offset, ParsedConsents& result)
        : utc_offset_(utc_offset), result_(result)
    {
    }

    void parse(const std::vector<CsvRow>& rows)
    {
        if (rows.empty())
            return error(1, "the file is empty; right would be a header row and a row for each consent");
        if (!header(rows.front())) return;
        result_.lines = rows.size() - 1;
        if (result_.lines > file_rows_max) return error(rows[file_rows_max].line, "more than 200000 rows");
        for (std::size_t i = 1; i < rows.size(); ++i)
            row(rows[i]);
    }

    void error(std::size_t line, std::string text)
    {
        failed_ = true;
        if (result_.errors.size() < shown_errors_max) result_.errors.push_back({line, std::move(text)});
    }

private:
    bool header(const CsvRow& row)
    {
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            if (row.fields[i].empty()) continue;
            const auto known = std::find_if(headings.begin(), headings.end(), [&](const Heading& heading) {
                return heading.text == row.fields[i];
            });
            if (known == headings.end())
                error(row.line, "column " + std::to_string(i + 1) +
                                    " has an unknown heading; right would be person, purpose, text_version, "
                                    "given_at, method, under_14, guardian or withdrawn_at");
            else
                position_.at(known->field) = i;
        }
        if (!position_[who]) error(row.line, "no column person (人员编号) in the first row");
        return !failed_;
    }

    [[nodiscard]] std::string cell(const CsvRow& row, Field field) const
    {
        const auto position = position_.at(field);
        return position && *position < row.fields.size() ? row.fields[*position] : std::string();
    }

    std::string needed(const CsvRow& row, Field field, const char* name)
    {
        auto text = cell(row, field);
        if (text.empty()) error(row.line, std::string(name) + " is missing");
        if (text.size() > text_size_max) error(row.line, std::string(name) + " is longer than 64 bytes");
        return text;
    }

    std::optional<base::WallTime> time(const CsvRow& row, Field field, const char* name)
    {
        const auto text = cell(row, field);
        if (text.empty()) return std::nullopt;
        const auto date = parse_date(text, utc_offset_);
        if (!date) error(row.line, std::string(name) + " is not a date; right would be such as 2026-01-31");
        return date;
    }

    void row(const CsvRow& row)
    {
        failed_ = false;
        if (!row.flaw.empty()) return error(row.line, row.flaw);
        store::Consent record;
        record.person = needed(row, who, "person");
        record.purpose = cell(row, what);
        if (record.purpose.empty()) record.purpose = face_purpose;
        if (!is_purpose(record.purpose))
            error(row.line, "purpose is no word of a-z, 0-9 and -, such as face");
        record.text_version = needed(row, version, "text_version");
        record.method = needed(row, method, "method");
        const auto given_at = time(row, given, "given_at");
        if (!given_at && cell(row, given).empty()) error(row.line, "given_at is missing");
        record.withdrawn_at = time(row, withdrawn, "withdrawn_at");
        record.under_14 = truth(row);
        record.guardian = cell(row, guardian);
        if (record.guardian.size() > text_size_max) error(row.line, "guardian is longer than 64 bytes");
        if (record.under_14 && record.guardian.empty())
            error(row.line, "guardian is missing: for a child under 14 the guardian agrees");
        if (given_at) record.given_at = *given_at;
        if (record.withdrawn_at && *record.withdrawn_at < record.given_at)
            error(row.line, "withdrawn_at lies before given_at");
        if (!failed_) result_.records.push_back(std::move(record));
    }

    bool truth(const CsvRow& row)
    {
        const auto text = cell(row, minor);
        if (text == "yes" || text == "是" || text == "1") return true;
        if (!(text.empty() || text == "no" || text == "否" || text == "0"))
            error(row.line, "under_14 is neither yes nor no");
        return false;
    }

    std::chrono::minutes utc_offset_;
    ParsedConsents& result_;
    std::array<std::optional<std::size_t>, field_count> position_{};
    bool failed_ = false; // the row at hand has an error
};

} // namespace

ParsedConsents parse_consents(std::string_view bytes, std::chrono::minutes utc_offset)
{
    ParsedConsents result;
    ConsentParser parser(utc_offset, result);
    if (bytes.size() > file_bytes_max) {
        parser.error(1, "the file is larger than 16 MiB");
        return result;
    }
    const auto text = wire::to_utf8(bytes);
    parser.parse(read_csv(text, csv_delimiter(text)));
    return result;
}

} // namespace gatehouse::access
