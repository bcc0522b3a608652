#include "gateway/access/csv_list.hpp"

#include "gateway/access/csv_rows.hpp"
#include "gateway/access/list_name.hpp"
#include "gateway/access/plate_text.hpp"
#include "gateway/access/validity.hpp"
#include "gateway/model/plate_grammar.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

namespace gatehouse::access {
namespace {

using store::Credential;

constexpr std::size_t bytes_max = 16U * 1024 * 1024;
constexpr std::size_t rows_max = 200'000;
constexpr std::size_t errors_max = 200; // nobody reads more at once
constexpr std::size_t field_size_max = 512;
constexpr int entries_max = 1000;

enum Column : std::size_t {
    plate,
    person,
    card,
    name,
    list,
    valid_from,
    valid_to,
    lanes,
    note,
    group,
    reason,
    instruction,
    entries,
    column_count
};

constexpr std::array<std::string_view, column_count> column_names{
    "plate", "person", "card",  "name",   "list",        "valid_from", "valid_to",
    "lanes", "note",   "group", "reason", "instruction", "entries"};
constexpr std::size_t plain_columns = group; // that every file has; the others where they say something

struct ColumnName {
    std::string_view text;
    Column column;
};
constexpr std::array chinese_names{
    ColumnName{"车牌", plate},
    ColumnName{"车牌号", plate},
    ColumnName{"车牌号码", plate},
    ColumnName{"人员编号", person},
    ColumnName{"工号", person},
    ColumnName{"卡号", card},
    ColumnName{"姓名", name},
    ColumnName{"名单", list},
    ColumnName{"名单类型", list},
    ColumnName{"生效", valid_from},
    ColumnName{"生效日期", valid_from},
    ColumnName{"开始日期", valid_from},
    ColumnName{"失效", valid_to},
    ColumnName{"失效日期", valid_to},
    ColumnName{"结束日期", valid_to},
    ColumnName{"车道", lanes},
    ColumnName{"备注", note},
    ColumnName{"分组", group},
    ColumnName{"组", group},
    ColumnName{"原因", reason},
    ColumnName{"处置", instruction},
    ColumnName{"处置要求", instruction},
    ColumnName{"次数", entries},
    ColumnName{"进入次数", entries},
};

constexpr std::array all_types{Credential::Type::plate, Credential::Type::person, Credential::Type::card};
constexpr const char* bad_list =
    "list is none of resident, visitor, service, deny or another word of a-z, 0-9, - and _";

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::optional<Column> column_of(const std::string& heading)
{
    const auto text = lower(heading);
    for (std::size_t i = 0; i < column_count; ++i)
        if (text == column_names[i]) return static_cast<Column>(i);
    for (const auto& alias : chinese_names)
        if (text == alias.text) return alias.column;
    return std::nullopt;
}

bool is_id(std::string_view text)
{
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool is_printable(std::string_view text)
{
    return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
           });
}

// The lanes of a cell: ids between blanks, |, comma, semicolon or 、.
std::vector<std::string> split_lanes(std::string text)
{
    for (std::size_t at = text.find("、"); at != std::string::npos; at = text.find("、"))
        text.replace(at, 3, "|");
    std::vector<std::string> parts;
    std::size_t start = 0;
    while ((start = text.find_first_not_of(" |,;\t", start)) != std::string::npos) {
        const auto end = std::min(text.find_first_of(" |,;\t", start), text.size());
        parts.push_back(text.substr(start, end - start));
        start = end;
    }
    return parts;
}

// Reads one file; collects entries and errors.
class ListParser {
public:
    ListParser(const CsvOptions& options, ParsedList& result) : options_(options), result_(result) {}

    void parse(const std::vector<CsvRow>& rows)
    {
        if (rows.empty())
            return error(1, "the file is empty; right would be a header row and a row for each entry");
        if (!header(rows.front())) return;
        result_.lines = rows.size() - 1;
        if (result_.lines > rows_max)
            return error(rows[rows_max].line, "more than 200000 rows; right would be several files");
        for (std::size_t i = 1; i < rows.size(); ++i)
            row(rows[i]);
    }

    void error(std::size_t line, std::string text)
    {
        failed_ = true;
        if (result_.errors.size() < errors_max) result_.errors.push_back({line, std::move(text)});
    }

private:
    bool header(const CsvRow& row)
    {
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            if (row.fields[i].empty()) continue;
            const auto column = column_of(row.fields[i]);
            if (!column)
                error(row.line, "column " + std::to_string(i + 1) +
                                    " has an unknown heading; right would be plate, person, card, "
                                    "name, list, valid_from, valid_to, lanes, note, group, reason, "
                                    "instruction or entries");
            else if (position_[*column])
                error(row.line, "heading " + std::string(column_names[*column]) + " stands twice");
            else
                position_[*column] = i;
        }
        result_.has_list_column = position_[list].has_value();
        for (const auto type : all_types)
            if (position_.at(static_cast<std::size_t>(type)) && is_wanted(type))
                result_.types.push_back(type);
        if (result_.types.empty())
            error(row.line, options_.type
                                ? "no column " + std::string(to_string(*options_.type)) + " in the first row"
                                : "no column plate, person or card (车牌, 人员编号, 卡号) in the first row");
        if (!is_id(list_named(options_.list))) error(row.line, bad_list);
        return result_.errors.empty();
    }

    [[nodiscard]] bool is_wanted(Credential::Type type) const
    {
        return !options_.type || *options_.type == type;
    }

    [[nodiscard]] std::string cell(const CsvRow& row, Column column) const
    {
        const auto position = position_[column];
        return position && *position < row.fields.size() ? row.fields[*position] : std::string();
    }

    void row(const CsvRow& row)
    {
        failed_ = false;
        if (!row.flaw.empty()) return error(row.line, row.flaw);
        if (std::any_of(row.fields.begin(), row.fields.end(),
                        [](const auto& field) { return field.size() > field_size_max; }))
            return error(row.line, "a cell is longer than 512 bytes");
        Credential entry;
        entry.name = cell(row, name);
        entry.note = cell(row, note);
        entry.list = list_of(row);
        entry.valid_from = date_of(row, valid_from);
        entry.valid_to = date_of(row, valid_to);
        if (entry.valid_from && entry.valid_to && *entry.valid_to < *entry.valid_from)
            error(row.line, "valid_to lies before valid_from");
        entry.lanes = lanes_of(row);
        entry.group = group_of(row);
        entry.reason = cell(row, reason);
        entry.instruction = cell(row, instruction);
        entry.entries = entries_of(row);
        if (entry.entries && keeps_out(entry.list)) error(row.line, "entries are for lists that let in");
        if (!keeps_out(entry.list) && !(entry.reason.empty() && entry.instruction.empty()))
            error(row.line, "reason and instruction are for lists that keep out");
        std::vector<Credential> found;
        for (const auto type : result_.types) {
            entry.type = type;
            entry.value = value_of(row, type);
            if (!entry.value.empty()) found.push_back(entry);
        }
        if (found.empty() && !failed_ && !names_anything(row))
            error(row.line, "names neither plate nor person nor card");
        for (const auto& each : found)
            check_repeat(row.line, each);
        if (!failed_) std::move(found.begin(), found.end(), std::back_inserter(result_.credentials));
    }

    [[nodiscard]] bool names_anything(const CsvRow& row) const
    {
        return std::any_of(all_types.begin(), all_types.end(), [&](Credential::Type type) {
            return !cell(row, static_cast<Column>(type)).empty();
        });
    }

    std::string value_of(const CsvRow& row, Credential::Type type)
    {
        const auto text = cell(row, static_cast<Column>(type));
        if (text.empty()) return {};
        if (type == Credential::Type::plate) {
            auto value = canonical_plate(text);
            if (!model::plate_kind(value))
                error(row.line, "plate is not a plate; right would be such as 沪A12345");
            return value;
        }
        if (!is_printable(text))
            error(row.line, std::string(to_string(type)) + " has blanks or is longer than 64 bytes");
        return text;
    }

    std::string list_of(const CsvRow& row)
    {
        const auto text = cell(row, list);
        auto named = list_named(text.empty() ? options_.list : text);
        if (!is_id(named)) error(row.line, bad_list);
        return named;
    }

    std::optional<base::WallTime> date_of(const CsvRow& row, Column column)
    {
        const auto text = cell(row, column);
        if (text.empty()) return std::nullopt;
        const auto date = parse_date(text, options_.utc_offset);
        if (!date)
            error(row.line,
                  std::string(column_names[column]) + " is not a date; right would be such as 2026-01-31");
        return date;
    }

    std::vector<std::string> lanes_of(const CsvRow& row)
    {
        auto ids = split_lanes(cell(row, lanes));
        for (const auto& id : ids) {
            const bool known =
                options_.lanes.empty() ||
                std::find(options_.lanes.begin(), options_.lanes.end(), id) != options_.lanes.end();
            if (!is_id(id) || !known) error(row.line, "lanes names a lane that does not exist");
        }
        return ids;
    }

    std::string group_of(const CsvRow& row)
    {
        auto named = cell(row, group);
        const auto& known = options_.groups;
        if (!named.empty() && std::find(known.begin(), known.end(), named) == known.end())
            error(row.line, "group names a group that is not configured");
        return named;
    }

    std::optional<int> entries_of(const CsvRow& row)
    {
        const auto text = cell(row, entries);
        if (text.empty()) return std::nullopt;
        int number = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failure == std::errc{} && end == text.data() + text.size() && number > 0 && number <= entries_max)
            return number;
        error(row.line, "entries is not a number of 1 to 1000");
        return std::nullopt;
    }

    void check_repeat(std::size_t line, const Credential& entry)
    {
        auto key = std::string(to_string(entry.type)) + '\n' + entry.list + '\n' + entry.value;
        const auto [before, fresh] = seen_.try_emplace(std::move(key), line);
        if (!fresh)
            error(line, "the same " + std::string(to_string(entry.type)) + " stands on line " +
                            std::to_string(before->second) + " for the same list");
    }

    const CsvOptions& options_;
    ParsedList& result_;
    std::array<std::optional<std::size_t>, column_count> position_{};
    std::map<std::string, std::size_t> seen_; // type, list and value to line
    bool failed_ = false;                     // the row at hand has an error
};

using Cells = std::array<std::string, column_count>;

Cells cells_of(const Credential& entry, std::chrono::minutes utc_offset)
{
    Cells cells;
    cells.at(static_cast<std::size_t>(entry.type)) = entry.value;
    cells[name] = entry.name;
    cells[list] = entry.list;
    if (entry.valid_from) cells[valid_from] = date_text(*entry.valid_from, utc_offset);
    if (entry.valid_to) cells[valid_to] = date_text(*entry.valid_to, utc_offset);
    for (const auto& lane : entry.lanes)
        cells[lanes] += (cells[lanes].empty() ? "" : "|") + lane;
    cells[note] = entry.note;
    cells[group] = entry.group;
    cells[reason] = entry.reason;
    cells[instruction] = entry.instruction;
    if (entry.entries) cells[entries] = std::to_string(*entry.entries);
    return cells;
}

// Those that every file has, and those in which an entry has something to say.
std::vector<Column> columns_for(const std::vector<Credential>& credentials, std::chrono::minutes utc_offset)
{
    std::array<bool, column_count> used{};
    std::fill_n(used.begin(), plain_columns, true);
    for (const auto& entry : credentials) {
        const auto cells = cells_of(entry, utc_offset);
        for (std::size_t i = plain_columns; i < column_count; ++i)
            used.at(i) = used.at(i) || !cells.at(i).empty();
    }
    std::vector<Column> columns;
    for (std::size_t i = 0; i < column_count; ++i)
        if (used.at(i)) columns.push_back(static_cast<Column>(i));
    return columns;
}

} // namespace

std::string_view to_string(Credential::Type type)
{
    return column_names.at(static_cast<std::size_t>(type));
}

ParsedList parse_list(std::string_view bytes, const CsvOptions& options)
{
    ParsedList result;
    ListParser parser(options, result);
    if (bytes.size() > bytes_max) {
        parser.error(1, "the file is larger than 16 MiB");
        return result;
    }
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
        parser.error(1,
                     "the file is UTF-16; right would be \"CSV UTF-8\" of the spreadsheet's save dialogue");
        return result;
    }
    const auto text = wire::to_utf8(bytes);
    parser.parse(read_csv(text, csv_delimiter(text)));
    return result;
}

std::string write_list(const std::vector<Credential>& credentials, std::chrono::minutes utc_offset)
{
    const auto columns = columns_for(credentials, utc_offset);
    std::string out = "\xEF\xBB\xBF";
    for (const auto column : columns)
        out.append(column == columns.front() ? "" : ",").append(column_names[column]);
    out += "\r\n";
    for (const auto& entry : credentials) {
        const auto cells = cells_of(entry, utc_offset);
        for (const auto column : columns) {
            if (column != columns.front()) out += ',';
            append_csv_field(out, cells[column]);
        }
        out += "\r\n";
    }
    return out;
}

} // namespace gatehouse::access
