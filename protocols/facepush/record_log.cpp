#include "protocols/facepush/record_log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::facepush {

using namespace std::chrono_literals;

namespace {

constexpr auto position_key = "records/since";
constexpr int records_a_page = 50;
constexpr int record_pages_max = 400;
constexpr auto overlap = 2min; // a record may be written down a little after it happened

} // namespace

void RecordLog::live_from_now()
{
    live_since_ = session_.context.clock.wall() + session_.offset().value_or(0ms);
    unproven_ = false;
}

base::WallTime RecordLog::start_at()
{
    const auto now = session_.context.clock.wall() + session_.offset().value_or(0ms);
    if (const auto kept = session_.context.memory.find(position_key))
        if (const auto at = integer_of(*kept)) return base::WallTime(milliseconds(*at));
    return now - session_.config.backfill_first;
}

asio::awaitable<std::string> RecordLog::catch_up()
{
    const auto position = start_at();
    const auto now = session_.context.clock.wall() + session_.offset().value_or(0ms);
    // A clock that was set back would hide what comes until it is there again.
    const auto from = std::min(position, now) - overlap;
    auto rows = co_await read(from, now + 1min);
    if (!rows) co_return why_;
    std::stable_sort(rows->begin(), rows->end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    auto newest = std::min(position, now);
    std::uint64_t number = session_.delivery.last_number();
    int found = 0;
    for (const auto& reading : *rows) {
        newest = std::max(newest, *reading.time);
        if (session_.came_live(reading.key)) continue;
        judge(reading);
        ++found;
        auto event = session_.live_event(reading, true);
        number = co_await session_.delivery.hand_over(std::move(event));
    }
    const bool taken = co_await session_.delivery.wait_taken(number);
    if (!taken) co_return std::string("the journal has not taken everything yet");
    session_.fact("record log", fmt::format("{} read, {} of them had not come live", rows->size(), found));
    auto text = std::to_string(newest.time_since_epoch().count());
    const auto kept = co_await session_.context.memory.put(position_key, std::move(text));
    if (!kept) co_return "position not saved: " + kept.error().message();
    co_return std::string();
}

void RecordLog::judge(const Reading& reading)
{
    const auto now = session_.context.clock.wall() + session_.offset().value_or(0ms);
    const bool due = now - *reading.time > session_.config.unproven_max;
    if (live_since_ != base::WallTime{} && *reading.time > live_since_ && due) unproven_ = true;
}

asio::awaitable<base::Result<std::vector<Reading>>> RecordLog::read(base::WallTime from, base::WallTime until)
{
    std::vector<Reading> rows;
    const auto offset = session_.context.utc_offset;
    for (int page = 0; page < record_pages_max; ++page) {
        Call call;
        call.path = "/newFindRecords";
        call.read_only = true;
        call.fields.emplace_back("personId", "-1");
        call.fields.emplace_back("startTime", local_text(from, offset));
        call.fields.emplace_back("endTime", local_text(until, offset));
        call.fields.emplace_back("length", std::to_string(records_a_page));
        call.fields.emplace_back("index", std::to_string(page));
        call.fields.emplace_back("model", "-1");
        const auto answer = co_await terminal_.ask(std::move(call));
        // LAN_EXP-1006: nothing in this span (bench report of a UStar E53).
        if (!answer.error && answer.said.verdict == Verdict::not_there) break;
        if (!answer.ok()) {
            why_ = "record log not read: " + answer.why();
            co_return answer.error ? answer.error : base::error_code(base::Errc::failed);
        }
        const auto records = answer.said.fields.elements("data.records");
        for (const auto& record : records) {
            auto row = read_identify(record, offset);
            if (row.reading)
                rows.push_back(std::move(*row.reading));
            else
                session_.count_unread(row);
        }
        const auto total = answer.said.fields.integer("data.pageInfo.total").value_or(0);
        if (std::ssize(records) < records_a_page || std::int64_t{records_a_page} * (page + 1) >= total) break;
    }
    co_return rows;
}

} // namespace gatehouse::facepush
