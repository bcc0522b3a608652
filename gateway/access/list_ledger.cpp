#include "gateway/access/list_ledger.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::access {
namespace {

constexpr char gap = '\t';

std::string without_gaps(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == gap || c == '\n'; }, ' ');
    return text;
}

std::string text_of(const std::optional<base::WallTime>& time)
{
    using std::chrono::milliseconds;
    if (!time) return {};
    return std::to_string(std::chrono::floor<milliseconds>(time->time_since_epoch()).count());
}

std::optional<base::WallTime> time_of(std::string_view text)
{
    std::int64_t ms = 0;
    const auto end = text.data() + text.size();
    if (text.empty() || std::from_chars(text.data(), end, ms).ptr != end) return std::nullopt;
    return base::WallTime(std::chrono::milliseconds(ms));
}

} // namespace

ListLedger::ListLedger(std::string_view text)
{
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::array<std::string_view, 6> fields;
        std::size_t count = 0;
        for (auto rest = line; count < fields.size();) {
            const auto end = rest.find(gap);
            fields.at(count++) = rest.substr(0, end);
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        constexpr std::size_t needed = 5; // the last one came later
        if (count < needed || fields[0].empty()) continue;
        rows_[std::string(fields[0])] = {.held = fields[1] == "held",
                                         .reason = std::string(fields[4]),
                                         .code = std::string(fields[3]),
                                         .again = fields[2] == "again",
                                         .leaving = time_of(fields[5])};
    }
}

std::string ListLedger::text() const
{
    std::string text;
    for (const auto& [value, row] : rows_)
        text += value + gap + (row.held ? "held" : "not") + gap + (row.again ? "again" : "") + gap +
                row.code + gap + row.reason + gap + text_of(row.leaving) + '\n';
    return text;
}

bool ListLedger::holds(const std::string& value) const
{
    const auto row = rows_.find(value);
    return row != rows_.end() && row->second.held;
}

void ListLedger::wrote(const std::string& value)
{
    Row row;
    row.held = true;
    rows_[value] = std::move(row);
}

void ListLedger::failed(const std::string& value, std::string reason, std::string code, bool again)
{
    auto& row = rows_[value];
    row.reason = without_gaps(reason.empty() ? "the device does not say why" : std::move(reason));
    row.code = without_gaps(std::move(code));
    row.again = again;
}

void ListLedger::forget_failure(const std::string& value)
{
    const auto row = rows_.find(value);
    if (row == rows_.end()) return;
    if (!row->second.held) {
        rows_.erase(row);
        return;
    }
    const auto leaving = row->second.leaving;
    wrote(value);
    rows_[value].leaving = leaving;
}

std::size_t ListLedger::note_leaving(const std::set<std::string>& wanted, base::WallTime now,
                                     std::chrono::milliseconds limit)
{
    std::size_t late = 0;
    for (auto& [value, row] : rows_) {
        if (!row.held || wanted.contains(value)) {
            row.leaving.reset();
            continue;
        }
        if (!row.leaving) row.leaving = std::chrono::floor<std::chrono::milliseconds>(now);
        if (now - *row.leaving >= limit) ++late;
    }
    return late;
}

} // namespace gatehouse::access
