#include "protocols/isapi/backfill.hpp"

#include "gateway/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::isapi {

using namespace std::chrono_literals;

namespace {

constexpr int pages_max = 1000;          // of plates in one look; the next one goes on
constexpr std::size_t slice_rows = 1000; // of a record log, held in memory at once
// A record is never stamped later than the device's clock shows; this much later it is from another clock.
constexpr std::chrono::minutes future_slack{5};

// "20240428T1300000000": local time, four digits of fraction (sheet §7).
std::string plate_time_text(base::WallTime time, std::chrono::minutes utc_offset)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time + utc_offset);
    return fmt::format("{:%Y%m%dT%H%M%S}0000", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

void replace_channel(std::string& path, int channel)
{
    const auto at = path.find("/channels/1/");
    if (at != std::string::npos) path.replace(at, 12, fmt::format("/channels/{}/", channel));
}

} // namespace

Backfill::Backfill(Session& session, std::function<void(std::string)> on_silent)
    : session_(session), pictures_(session), on_silent_(std::move(on_silent)),
      started_(session.context.clock.wall())
{
}

asio::awaitable<void> Backfill::run()
{
    for (;;) {
        const auto answer = co_await catch_up();
        if (!answer.ok()) session_.tell_once("backfill", "record log of a device not readable", answer.why());
        session_.fact("record log", answer.ok() ? "readable" : answer.why());
        if (mute_) {
            mute_ = false;
            on_silent_("the device records events that it no longer sends");
        }
        co_await session_.context.clock.sleep_for(session_.config.backfill_every);
    }
}

asio::awaitable<Answer> Backfill::catch_up()
{
    pictures_.begin();
    return session_.config.kind == Kind::plate ? read_plates() : read_access_log();
}

asio::awaitable<Answer> Backfill::probe()
{
    const auto now = session_.context.clock.wall();
    if (session_.config.kind == Kind::plate)
        return ask_plates(plate_time_text(now, session_.context.utc_offset));
    AcsSearch search;
    search.id = fmt::format("{:016x}", session_.context.random.next());
    search.utc_offset = session_.context.utc_offset;
    search.max_results = 1;
    search.from = now - 1min;
    search.to = now;
    return session_.send("POST", std::string(acs_search_path), acs_search_body(search), "application/json");
}

// ---- door and terminal records ----

// In spans that one search can hold, oldest first: the position never passes what is not on disk, whatever
// order the device lists them in.
asio::awaitable<Answer> Backfill::read_access_log()
{
    Answer answer;
    auto from = search_start();
    const auto end = session_.context.clock.wall() + 24h + clock_offset();
    while (from < end) {
        Slice slice;
        answer = co_await gather(from, end, slice);
        if (!answer.ok()) co_return answer;
        const bool settled = co_await take(std::move(slice.alerts));
        if (!slice.whole) co_await report_skipped(from, slice.to);
        if (!settled || !slice.whole) co_return answer;
        from = slice.to;
    }
    co_return answer;
}

// The longest span from `from` on that is short enough. Not whole: no span is, so the device does not heed
// the times it is asked for.
asio::awaitable<Answer> Backfill::gather(base::WallTime from, base::WallTime to, Slice& slice)
{
    AcsSearch search;
    search.id = fmt::format("{:016x}", session_.context.random.next());
    search.utc_offset = session_.context.utc_offset;
    search.from = from;
    search.to = to;
    for (;;) {
        AcsPage page;
        auto answer = co_await gather_page(search, page);
        if (!answer.ok()) co_return answer;
        std::move(page.rows.begin(), page.rows.end(), std::back_inserter(slice.alerts));
        const bool too_long =
            page.more &&
            std::max(slice.alerts.size(), static_cast<std::size_t>(std::max(page.total, 0))) > slice_rows;
        slice.to = search.to;
        slice.whole = !too_long;
        if (!page.more || (too_long && search.to - from <= 1s)) co_return answer;
        search.position += page.matches;
        if (!too_long) continue;
        slice.alerts.clear();
        search.id = fmt::format("{:016x}", session_.context.random.next());
        search.position = 0;
        search.to = from + (search.to - from) / 2;
    }
}

asio::awaitable<Answer> Backfill::gather_page(const AcsSearch& search, AcsPage& page)
{
    auto body = acs_search_body(search);
    auto answer =
        co_await session_.send("POST", std::string(acs_search_path), std::move(body), "application/json");
    if (!answer.ok()) co_return answer;
    auto parsed = parse_acs_page(answer.body);
    if (parsed) {
        page = std::move(*parsed);
        page.more = page.more && page.matches > 0;
        co_return answer;
    }
    answer.judgement.verdict = Verdict::other;
    answer.judgement.text = "the answer to a search of the record log cannot be read";
    co_return answer;
}

// True when all of it is settled.
asio::awaitable<bool> Backfill::take(std::vector<Alert> alerts)
{
    auto rows = rows_of(alerts);
    if (counter_fell(rows)) {
        session_.records.begin_epoch();
        co_await session_.new_epoch("the record log of the device starts anew");
        rows = rows_of(alerts); // under their new names
    }
    co_await report_lost(rows);
    const auto settled = co_await settle(rows);
    // Rows stand in the order of their numbers.
    if (settled > 0 && rows[settled - 1].serial > session_.records.position().serial)
        co_await move_over(rows[settled - 1], stamp_shift());
    co_return settled == rows.size();
}

std::chrono::milliseconds Backfill::clock_offset() const
{
    return std::chrono::milliseconds(session_.clock.offset_ms().value_or(0));
}

// How far the stamps of the device's records are ahead of our clock.
std::chrono::milliseconds Backfill::stamp_shift() const
{
    return clock_offset() + session_.clock.stamp_error();
}

// In the device's own time, because the device compares. Its clock may have been set since the last record
// was taken, so what it shows now counts too.
base::WallTime Backfill::search_start() const
{
    const auto& position = session_.records.position();
    if (position.empty()) return started_ + clock_offset() - session_.config.backfill_first;
    const auto then = position.shift - session_.clock.stamp_error();
    return position.true_time() + std::min(then, clock_offset()) - session_.config.backfill_overlap;
}

std::vector<Backfill::Row> Backfill::rows_of(const std::vector<Alert>& alerts)
{
    std::vector<Row> rows;
    rows.reserve(alerts.size());
    for (const auto& alert : alerts) {
        auto translation = session_.translate_row(alert);
        Row row;
        row.serial = translation.mapped.serial_no.value_or(0);
        row.mapped = std::move(translation.mapped);
        if (alert.plate) row.plate_time = alert.plate->capture_time;
        rows.push_back(std::move(row));
    }
    // Devices answer in any order (recorded: neither rising nor falling).
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return a.serial != b.serial ? a.serial < b.serial : a.plate_time < b.plate_time;
    });
    return rows;
}

// The search reaches back to the last record we took. Another record under its number, or lower numbers on
// newer records where it is gone: the count began anew.
bool Backfill::counter_fell(const std::vector<Row>& rows) const
{
    const auto& position = session_.records.position();
    if (position.serial == 0) return false;
    const auto last =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.serial == position.serial; });
    if (last != rows.end()) {
        const auto& time = last->mapped.event.device_time;
        return time && std::chrono::abs(*time - position.device_time) > 2s;
    }
    return std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
        return row.serial != 0 && row.serial < position.serial &&
               row.mapped.event.occurred_at > position.true_time() + 2s;
    });
}

// The device overwrote records before we came back: what is missing is said, with numbers.
asio::awaitable<void> Backfill::report_lost(const std::vector<Row>& rows)
{
    const auto& position = session_.records.position();
    if (position.serial == 0 || rows.empty()) co_return;
    const auto first = rows.front().serial;
    if (first <= position.serial + 1) co_return;
    model::Gap gap;
    gap.scope = session_.config.id;
    gap.first = static_cast<std::int64_t>(position.serial + 1);
    gap.last = static_cast<std::int64_t>(first - 1);
    gap.count = gap.last - gap.first + 1;
    gap.from = position.our_time;
    gap.to = rows.front().mapped.event.occurred_at;
    gap.why = "the device no longer holds these records";
    auto event = session_.own_event(std::move(gap));
    event.device_key = fmt::format("e{}/gap/{}-{}", session_.records.epoch(), position.serial + 1, first - 1);
    co_await session_.delivery.hand_over(std::move(event));
}

asio::awaitable<void> Backfill::report_skipped(base::WallTime from, base::WallTime to)
{
    model::Gap gap;
    gap.scope = session_.config.id;
    gap.from = from - clock_offset();
    gap.to = to - clock_offset();
    gap.why = "the device holds more records of one second than can be read";
    auto event = session_.own_event(std::move(gap));
    event.device_key =
        fmt::format("e{}/gap-at/{}", session_.records.epoch(), from.time_since_epoch().count());
    co_await session_.delivery.hand_over(std::move(event));
}

// ---- plate records ----

// When the device's clock was set since the last look, rows stamped by the old clock are in the log too, and
// they lie elsewhere than those of the new one.
asio::awaitable<Answer> Backfill::read_plates()
{
    const auto& position = session_.records.position();
    const auto before = position.empty() ? stamp_shift() : position.shift;
    const auto now = stamp_shift();
    if (std::chrono::abs(before - now) > session_.config.backfill_overlap) {
        const auto answer = co_await read_plates(before);
        if (!answer.ok()) co_return answer;
    }
    co_return co_await read_plates(now);
}

// The rows stamped by a clock that is `shift` ahead of ours, page by page: the device does not say how many
// it holds back, so it is asked for what came after the last ones until it has nothing more.
asio::awaitable<Answer> Backfill::read_plates(std::chrono::milliseconds shift)
{
    const auto& position = session_.records.position();
    const auto from = shift + (position.empty() ? started_ - session_.config.backfill_first
                                                : position.true_time() - session_.config.backfill_overlap);
    auto question = plate_time_text(from, session_.context.utc_offset);
    std::string after; // the question, once it is a time that the device itself wrote
    Answer answer;
    for (int page = 0; page < pages_max; ++page) {
        answer = co_await ask_plates(std::move(question));
        if (!answer.ok()) co_return answer;
        const auto parsed = parse_plates(answer.body);
        if (!parsed) {
            answer.judgement.verdict = Verdict::other;
            answer.judgement.text = "the answer to a search for plates cannot be read";
            co_return answer;
        }
        auto rows = rows_of(parsed->rows);
        // Another clock's, or nonsense: no position may be taken from it.
        const auto latest = session_.context.clock.wall() + shift + future_slack;
        std::erase_if(rows, [&](const Row& row) {
            const auto& time = row.mapped.event.device_time;
            return !time || *time < from - 1s || *time > latest;
        });
        const auto settled = co_await settle(rows);
        if (settled == 0) co_return answer;
        const auto last = *rows[settled - 1].mapped.event.device_time;
        if (last - shift > session_.records.position().true_time())
            co_await move_over(rows[settled - 1], shift);
        auto next = next_after(rows, after);
        if (settled < rows.size() || next <= after) co_return answer;
        question = next;
        after = std::move(next);
    }
    co_return answer;
}

// Cars of one moment may lie on both sides of the end of a page, so the last moment of a page is asked for
// again unless there is no other.
std::string Backfill::next_after(const std::vector<Row>& rows, const std::string& after)
{
    const auto& last = rows.back().plate_time;
    const auto earlier =
        std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) { return row.plate_time < last; });
    return earlier != rows.rend() && earlier->plate_time > after ? earlier->plate_time : last;
}

// The path's capitals vary with firmware: the next spelling is tried when the device does not know one.
asio::awaitable<Answer> Backfill::ask_plates(std::string after)
{
    Answer answer;
    for (std::size_t tries = 0; tries < plates_paths.size(); ++tries) {
        std::string path(plates_paths[plates_path_]);
        replace_channel(path, session_.config.channel);
        auto body = plates_body(after);
        answer = co_await session_.send("POST", std::move(path), std::move(body), "application/xml");
        if (answer.error || answer.judgement.verdict != Verdict::unknown_url) co_return answer;
        plates_path_ = (plates_path_ + 1) % plates_paths.size();
    }
    co_return answer;
}

// ---- both ----

Backfill::Fate Backfill::fate_of(const Row& row)
{
    const auto& mapped = row.mapped;
    if (mapped.outcome != Mapped::Outcome::event) return Fate::known; // not wanted live either
    const auto& key = mapped.event.device_key;
    if (session_.records.knows(key) || session_.records.knows(mapped.passage_key)) return Fate::known;
    if (!live_since_ || mapped.event.occurred_at < *live_since_) return Fate::missing;
    const auto now = session_.context.clock.now();
    const auto age = session_.context.clock.wall() - mapped.event.occurred_at;
    const auto seen = first_seen_.try_emplace(key, now).first->second;
    const bool young = age < session_.config.unproven_max && now - seen < session_.config.unproven_max;
    return young ? Fate::young : Fate::missing;
}

asio::awaitable<std::size_t> Backfill::settle(std::vector<Row>& rows)
{
    std::size_t settled = 0;
    for (; settled < rows.size(); ++settled) {
        auto& row = rows[settled];
        const auto fate = fate_of(row);
        if (fate == Fate::young) break; // it may still come live
        if (fate == Fate::known) continue;
        const auto occurred = row.mapped.event.occurred_at;
        if (live_since_ && occurred >= *live_since_ && session_.last_proof() < occurred) mute_ = true;
        session_.counter("gatehouse_isapi_backfilled_total", "Records fetched from a device's own log").add();
        Mapped copy = row.mapped;
        copy.passage_key.clear(); // stands for no other row: two unread cars may share a second
        co_await pictures_.fetch(copy);
        co_await session_.deliver(std::move(copy));
    }
    if (settled == rows.size()) first_seen_.clear();
    const bool taken = co_await session_.delivery.wait_taken(session_.delivery.last_number());
    co_return taken ? settled : 0;
}

asio::awaitable<void> Backfill::move_over(const Row& row, std::chrono::milliseconds shift)
{
    LogPosition position = session_.records.position();
    position.serial = std::max(position.serial, row.serial);
    if (row.mapped.event.device_time) position.device_time = *row.mapped.event.device_time;
    position.our_time = session_.context.clock.wall();
    position.shift = shift;
    session_.fact("backfill position", row.serial > 0 ? std::to_string(row.serial) : row.plate_time);
    const auto moved = co_await session_.records.move_to(position);
    if (!moved) session_.tell_once("position", "backfill position not saved", moved.error().message());
}

} // namespace gatehouse::isapi
