#include "gateway/access/list_ledger.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::access {
namespace {

constexpr char gap = '\t';

std::string without_gaps(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == gap || c == '\n'; }, ' ');
    return text;
}

} // namespace

ListLedger::ListLedger(std::string_view text)
{
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::array<std::string_view, 5> fields;
        std::size_t count = 0;
        for (auto rest = line; count < fields.size();) {
            const auto end = rest.find(gap);
            fields.at(count++) = rest.substr(0, end);
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        if (count != fields.size() || fields[0].empty()) continue;
        rows_[std::string(fields[0])] = {.held = fields[1] == "held",
                                         .reason = std::string(fields[4]),
                                         .code = std::string(fields[3]),
                                         .again = fields[2] == "again"};
    }
}

std::string ListLedger::text() const
{
    std::string text;
    for (const auto& [value, row] : rows_)
        text += value + gap + (row.held ? "held" : "not") + gap + (row.again ? "again" : "") + gap +
                row.code + gap + row.reason + '\n';
    return text;
}

bool ListLedger::holds(const std::string& value) const
{
    const auto row = rows_.find(value);
    return row != rows_.end() && row->second.held;
}

void ListLedger::wrote(const std::string& value)
{
    rows_[value] = {.held = true, .reason = {}, .code = {}};
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
    if (row->second.held)
        wrote(value);
    else
        rows_.erase(row);
}

} // namespace gatehouse::access
