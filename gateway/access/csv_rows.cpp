#include "gateway/access/csv_rows.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::access {
namespace {

bool line_end(char c)
{
    return c == '\n' || c == '\r';
}

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

// Walks over one text, row by row.
class CsvScanner {
public:
    CsvScanner(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    CsvRow row()
    {
        CsvRow row;
        row.line = line_;
        for (;;) {
            row.fields.push_back(field(row.flaw));
            if (at_end() || text_[at_] != delimiter_) break;
            ++at_;
        }
        end_line();
        return row;
    }

private:
    std::string field(std::string& flaw)
    {
        while (!at_end() && text_[at_] == ' ')
            ++at_;
        if (!at_end() && text_[at_] == '"') return quoted(flaw);
        const auto start = at_;
        while (!at_end() && text_[at_] != delimiter_ && !line_end(text_[at_]))
            ++at_;
        return trimmed(text_.substr(start, at_ - start));
    }

    std::string quoted(std::string& flaw)
    {
        std::string value;
        for (++at_;; ++at_) {
            if (at_end()) {
                flaw = "a quote is opened and never closed";
                return value;
            }
            if (text_[at_] == '"') {
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
                ++at_;
            }
            if (text_[at_] == '\n') ++line_;
            value += text_[at_];
        }
        ++at_;
        const auto rest = at_;
        while (!at_end() && text_[at_] != delimiter_ && !line_end(text_[at_]))
            ++at_;
        if (!trimmed(text_.substr(rest, at_ - rest)).empty()) flaw = "there is text behind a closing quote";
        return value;
    }

    void end_line()
    {
        if (at_end()) return;
        if (text_[at_] == '\r') ++at_;
        if (!at_end() && text_[at_] == '\n') ++at_;
        ++line_;
    }

    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

} // namespace

std::vector<CsvRow> read_csv(std::string_view text, char delimiter)
{
    std::vector<CsvRow> rows;
    for (CsvScanner scanner(text, delimiter); !scanner.at_end();) {
        auto row = scanner.row();
        const bool empty =
            row.flaw.empty() && std::all_of(row.fields.begin(), row.fields.end(),
                                            [](const std::string& field) { return field.empty(); });
        if (!empty) rows.push_back(std::move(row));
    }
    return rows;
}

char csv_delimiter(std::string_view text)
{
    constexpr std::array candidates{',', ';', '\t'};
    std::array<std::size_t, candidates.size()> counts{};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (line_end(c) && std::any_of(counts.begin(), counts.end(), [](std::size_t n) { return n > 0; }))
            break;
        for (std::size_t i = 0; i < candidates.size(); ++i)
            counts[i] += c == candidates[i] ? 1U : 0U;
    }
    return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                               counts.begin())];
}

void append_csv_field(std::string& out, std::string_view value)
{
    const bool blank_edge = !value.empty() && (value.front() <= ' ' || value.back() <= ' ');
    if (!blank_edge && value.find_first_of(",;\t\"\r\n") == std::string_view::npos) {
        out += value;
        return;
    }
    out += '"';
    for (const char c : value) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

} // namespace gatehouse::access
