#include "gateway/store/damage_note.hpp"

#include "gateway/store/memory_repository.hpp"

#include <fmt/format.h>

#include <iterator>
#include <sstream>

namespace gatehouse::store {
namespace {

constexpr auto owner = "gateway";
constexpr auto key = "store/damage";
constexpr std::int64_t loss_unknown = -1;

std::string text_of(const StartReport& report)
{
    return fmt::format("{} {} {}", report.salvaged_rows, report.lost_rows.value_or(loss_unknown),
                       report.damage);
}

// The part of a report that text_of() has written; without damage when it is none.
StartReport read(const std::string& text)
{
    StartReport report;
    std::int64_t lost = loss_unknown;
    std::istringstream in(text);
    if (!(in >> report.salvaged_rows >> lost) || in.get() != ' ') return report;
    if (lost != loss_unknown) report.lost_rows = lost;
    report.damage.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    return report;
}

} // namespace

void keep_until_told(SQLite::Database& database, StartReport& report)
{
    MemoryRepository memory(database);
    const auto notes = memory.of(owner);
    const auto found = notes.find(key);
    auto noted = found == notes.end() ? StartReport{} : read(found->second);
    if (noted.damage.empty() && report.damage.empty()) return;
    const bool noted_says_more = noted.salvaged_rows > 0 || report.salvaged_rows == 0;
    if (!noted.damage.empty() && noted_says_more) {
        report.damage = std::move(noted.damage);
        report.salvaged_rows = noted.salvaged_rows;
        report.lost_rows = noted.lost_rows;
    } else {
        memory.put({.device = owner, .key = key, .value = text_of(report)});
    }
    report.told = {{.device = owner, .key = key, .value = ""}};
}

} // namespace gatehouse::store
