#include "protocols/dahua/backfill.hpp"

#include "protocols/dahua/record_finder.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gatehouse::dahua {

using namespace std::chrono_literals;

namespace {

constexpr auto position_key = "log/position";
constexpr std::size_t log_rows_max = 10'000; // in memory at once; what is older is a gap
constexpr auto find_overlap = 2min;

std::int64_t record_of(const json::object& row)
{
    return number_at(row, "RecNo").value_or(0);
}

std::int64_t time_of(const json::object& row)
{
    return number_at(row, "CreateTime").value_or(0);
}

} // namespace

Backfill::Backfill(Session& session, std::function<void(std::string)> on_silent)
    : session_(session), on_silent_(std::move(on_silent))
{
    const auto text = session.context.memory.find(position_key);
    if (!text) return;
    const char* end = text->data() + text->size();
    Position position;
    const auto first = std::from_chars(text->data(), end, position.record);
    if (first.ec != std::errc{}) return;
    if (first.ptr != end) std::from_chars(first.ptr + 1, end, position.time);
    position_ = position;
}

asio::awaitable<void> Backfill::run()
{
    for (;;) {
        co_await session_.context.clock.sleep_for(session_.config.backfill_every);
        // A device that takes no connection beside its stream is read between two streams.
        if (session_.port_blocked) continue;
        const auto answer = co_await catch_up();
        if (!answer.ok()) session_.tell_once("backfill", "record log of a device not readable", answer.why());
        session_.fact("record log", answer.ok() ? "readable" : answer.why());
        if (!mute_) continue;
        mute_ = false;
        on_silent_("the device records events that it no longer sends");
    }
}

asio::awaitable<Answer> Backfill::probe()
{
    Page page;
    const std::int64_t one = 1;
    co_return co_await ask(0, one, page);
}

asio::awaitable<Answer> Backfill::catch_up()
{
    if (busy_) co_return Answer(); // a command asks for what is under way
    struct Busy {
        bool& flag;
        explicit Busy(bool& what) : flag(what) { flag = true; }
        ~Busy() { flag = false; }
    };
    const Busy busy(busy_);
    std::vector<Tree> rows;
    auto answer = co_await gather(rows);
    if (!answer.ok()) co_return answer;
    co_await take(std::move(rows));
    co_return answer;
}

std::int64_t Backfill::device_seconds(base::WallTime time) const
{
    const auto skew = std::chrono::milliseconds(session_.clock.offset_ms().value_or(0));
    return std::chrono::floor<std::chrono::seconds>((time + skew).time_since_epoch()).count();
}

asio::awaitable<Answer> Backfill::ask(std::int64_t offset, std::int64_t count, Page& page)
{
    // The times are ignored by some firmware, so nothing relies on them; only where the firmware cannot page
    // do they keep the answer short.
    const auto now = session_.context.clock.wall();
    std::int64_t from = 0;
    if (!seeks_) from = position_ ? position_->time : device_seconds(now - session_.config.backfill_first);
    if (!seeks_) from -= std::chrono::seconds(find_overlap).count();
    auto target = fmt::format("/cgi-bin/recordFinder.cgi?action={}&name=AccessControlCardRec&StartTime={}"
                              "&EndTime={}&count={}{}",
                              seeks_ ? "doSeekFind" : "find", std::max<std::int64_t>(from, 0),
                              device_seconds(now + 24h), count,
                              seeks_ ? fmt::format("&offset={}", offset) : std::string());
    auto answer = co_await session_.get(std::move(target));
    if (!answer.ok()) co_return answer;
    const auto tree = read_lines(answer.body);
    const auto* records = find(*tree, "records");
    if (records != nullptr && records->is_array())
        for (const auto& row : records->get_array())
            if (row.is_object() && record_of(row.get_object()) > 0)
                page.rows.emplace_back(tree, &row.get_object());
    page.total = number_at(*tree, "totalCount").value_or(static_cast<std::int64_t>(page.rows.size()));
    co_return answer;
}

bool Backfill::keep_new(Page page, std::vector<Tree>& rows)
{
    bool all_new = true;
    // A first contact reaches back by time, later ones by number.
    const auto oldest = device_seconds(session_.context.clock.wall() - session_.config.backfill_first);
    for (auto& row : page.rows) {
        const bool fresh = position_ ? record_of(*row) > position_->record : time_of(*row) >= oldest;
        if (fresh) {
            rows.push_back(std::move(row));
            continue;
        }
        all_new = false;
        // One of the new ones may tell the same.
        if (position_ && time_of(*row) == position_->time) (void)event_of(*row);
    }
    reached_known_ = reached_known_ || !all_new;
    return all_new;
}

// Newest first or oldest first, the device does not say: the numbers do (sheet §5).
asio::awaitable<Answer> Backfill::gather(std::vector<Tree>& rows)
{
    reached_known_ = false;
    Page first;
    auto answer = co_await ask(0, seeks_ ? page_rows : find_rows, first);
    if (!answer.error && !answer.ok() && seeks_) {
        seeks_ = false;
        first = {};
        answer = co_await ask(0, find_rows, first);
    }
    if (!answer.ok() || first.rows.empty()) co_return answer;
    const auto in_page = static_cast<std::int64_t>(first.rows.size());
    const bool newest_first = record_of(*first.rows.front()) > record_of(*first.rows.back());
    const bool more = seeks_ && first.total > in_page; // it may give fewer at once than we ask for
    const auto total = first.total;
    if (more && !newest_first) co_return co_await gather_backwards(rows, total, in_page);
    const auto highest = record_of(*(newest_first ? first.rows.front() : first.rows.back()));
    if (counts_anew(highest)) co_await begin_anew();
    bool go_on = keep_new(std::move(first), rows) && more;
    for (auto offset = in_page; go_on && rows.size() < log_rows_max;) {
        Page page;
        answer = co_await ask(offset, page_rows, page);
        if (!answer.ok() || page.rows.empty()) break;
        offset += static_cast<std::int64_t>(page.rows.size());
        go_on = keep_new(std::move(page), rows) && offset < total;
    }
    co_return answer;
}

// Oldest first: from the last page back to what is known.
asio::awaitable<Answer> Backfill::gather_backwards(std::vector<Tree>& rows, std::int64_t total,
                                                   std::int64_t in_page)
{
    Answer answer;
    bool go_on = true;
    bool newest = true;
    for (auto end = total; go_on && end > 0 && rows.size() < log_rows_max;) {
        const auto offset = std::max<std::int64_t>(0, end - in_page);
        Page page;
        answer = co_await ask(offset, end - offset, page);
        if (!answer.ok() || page.rows.empty()) break;
        if (newest && counts_anew(record_of(*page.rows.back()))) co_await begin_anew();
        newest = false;
        go_on = keep_new(std::move(page), rows);
        end = offset;
    }
    co_return answer;
}

// The numbers start anew after a factory reset, which empties the log: all of it is new. What came live is
// known by its content, so nothing comes twice.
bool Backfill::counts_anew(std::int64_t highest) const
{
    return position_ && highest < position_->record;
}

asio::awaitable<void> Backfill::forget()
{
    position_.reset();
    std::string nothing;
    const auto saved = co_await session_.context.memory.put(position_key, std::move(nothing));
    if (!saved) session_.tell_once("position", "backfill position not saved", saved.error().message());
}

asio::awaitable<void> Backfill::begin_anew()
{
    position_ = Position{};
    model::DeviceHealth notice{"records", true, "the record numbers of the device start anew"};
    co_await session_.report(std::move(notice));
}

Mapped Backfill::event_of(const json::object& row)
{
    auto mapped = map_record(row, session_.map_context(true));
    session_.tell_apart(mapped);
    return mapped;
}

// The row as an event when it did not come live; nothing: it did, or nobody wants it.
std::optional<Mapped> Backfill::missed(const json::object& row)
{
    auto mapped = event_of(row);
    if (mapped.outcome != Mapped::Outcome::event || session_.came(mapped.event.device_key))
        return std::nullopt;
    session_.stamp(mapped);
    return mapped;
}

asio::awaitable<void> Backfill::take(std::vector<Tree> rows)
{
    if (rows.empty()) co_return;
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return record_of(*a) < record_of(*b); });
    const auto lowest = record_of(*rows.front());
    if (position_ && !reached_known_ && lowest > position_->record + 1) {
        model::Gap gap;
        gap.scope = session_.config.id;
        gap.first = position_->record + 1;
        gap.last = lowest - 1;
        gap.count = gap.last - gap.first + 1;
        gap.from = gap.to = session_.context.clock.wall();
        gap.why = "the device has overwritten these records";
        co_await session_.report(std::move(gap));
    }
    auto position = position_.value_or(Position{});
    const auto now = session_.context.clock.wall();
    for (const auto& row : rows) {
        if (auto mapped = missed(*row)) {
            const auto& at = mapped->event.occurred_at;
            const bool expected = live_since_ && at >= *live_since_;
            // It may still be on its way, or wait for its picture; the next look will tell.
            if (expected && now - at < session_.config.unproven_max + session_.config.picture_wait) break;
            mute_ = mute_ || expected;
            co_await session_.deliver(std::move(*mapped));
        }
        position = {record_of(*row), time_of(*row)};
    }
    const bool kept = co_await session_.delivery.wait_taken(session_.delivery.last_number());
    if (kept && position.record != position_.value_or(Position{}).record) co_await move_to(position);
}

asio::awaitable<void> Backfill::move_to(Position position)
{
    auto text = fmt::format("{} {}", position.record, position.time);
    const auto saved = co_await session_.context.memory.put(position_key, std::move(text));
    if (saved)
        position_ = position;
    else
        session_.tell_once("position", "backfill position not saved", saved.error().message());
    session_.fact("backfill position", std::to_string(position.record));
}

} // namespace gatehouse::dahua
