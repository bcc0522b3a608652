#include "protocols/isapi/backfill.hpp"

#include "gateway/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::isapi {

using namespace std::chrono_literals;

namespace {

constexpr int pages_max = 1000; // 30,000 rows: a week at a busy door

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
    : session_(session), on_silent_(std::move(on_silent)), started_(session.context.clock.wall())
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

asio::awaitable<Answer> Backfill::read_access_log()
{
    AcsSearch search;
    search.id = fmt::format("{:016x}", session_.context.random.next());
    search.utc_offset = session_.context.utc_offset;
    search.from = search_start();
    search.to = session_.context.clock.wall() + 24h +
                std::chrono::milliseconds(session_.clock.offset_ms().value_or(0));
    std::vector<Alert> alerts;
    auto answer = co_await gather(std::move(search), alerts);
    if (!answer.ok()) co_return answer;

    auto rows = rows_of(alerts);
    if (counter_fell(rows)) {
        session_.records.begin_epoch();
        co_await session_.new_epoch("the record log of the device starts anew");
        rows = rows_of(alerts); // under their new names
    }
    co_await report_lost(rows);
    const auto settled = co_await settle(rows);
    LogPosition position = session_.records.position();
    for (std::size_t i = 0; i < settled; ++i) {
        if (rows[i].serial <= position.serial) continue;
        position.serial = rows[i].serial;
        if (rows[i].mapped.event.device_time) position.device_time = device_time_of(rows[i].mapped.event);
    }
    if (position.serial > session_.records.position().serial) co_await move_to(std::move(position));
    co_return answer;
}

asio::awaitable<Answer> Backfill::gather(AcsSearch search, std::vector<Alert>& rows)
{
    Answer answer;
    for (int page = 0; page < pages_max; ++page) {
        auto body = acs_search_body(search);
        answer =
            co_await session_.send("POST", std::string(acs_search_path), std::move(body), "application/json");
        if (!answer.ok()) co_return answer;
        auto parsed = parse_acs_page(answer.body);
        if (!parsed) {
            answer.judgement.verdict = Verdict::other;
            answer.judgement.text = "the answer to a search of the record log cannot be read";
            co_return answer;
        }
        std::move(parsed->rows.begin(), parsed->rows.end(), std::back_inserter(rows));
        if (!parsed->more || parsed->matches <= 0) co_return answer;
        search.position += parsed->matches;
    }
    base::log::warn("record log longer than one search may be", base::kv("device", session_.config.id));
    co_return answer;
}

// In the device's own time, because the device compares. Its clock may have been set since the last record
// was taken, so the time that passed on ours counts too.
base::WallTime Backfill::search_start() const
{
    const auto offset = std::chrono::milliseconds(session_.clock.offset_ms().value_or(0));
    const auto& position = session_.records.position();
    if (position.empty()) return started_ + offset - session_.config.backfill_first;
    return std::min(position.device_time, position.our_time + offset) - session_.config.backfill_overlap;
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
        if (alert.plate) {
            row.plate_time = alert.plate->capture_time;
            row.picture = plate_picture_path(alert.plate->picture_name);
        }
        rows.push_back(std::move(row));
    }
    // Devices answer in any order (recorded: neither rising nor falling).
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return a.serial != b.serial ? a.serial < b.serial : a.plate_time < b.plate_time;
    });
    return rows;
}

// The last record we took is gone from a search that reaches back to it, and what is there is newer with
// lower numbers.
bool Backfill::counter_fell(const std::vector<Row>& rows) const
{
    const auto& position = session_.records.position();
    if (position.serial == 0 || rows.empty()) return false;
    return std::all_of(rows.begin(), rows.end(), [&](const Row& row) {
        const bool known_time = row.mapped.event.device_time.has_value();
        return row.serial != 0 && row.serial < position.serial &&
               (!known_time || device_time_of(row.mapped.event) > position.device_time + 2s);
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

// ---- plate records ----

asio::awaitable<Answer> Backfill::read_plates()
{
    auto after = session_.records.position().plate_time;
    if (after.empty()) {
        const auto offset = std::chrono::milliseconds(session_.clock.offset_ms().value_or(0));
        after =
            plate_time_text(started_ + offset - session_.config.backfill_first, session_.context.utc_offset);
    }
    Answer answer;
    for (int page = 0; page < pages_max; ++page) {
        answer = co_await ask_plates(after);
        if (!answer.ok()) co_return answer;
        const auto parsed = parse_plates(answer.body);
        if (!parsed) {
            answer.judgement.verdict = Verdict::other;
            answer.judgement.text = "the answer to a search for plates cannot be read";
            co_return answer;
        }
        auto rows = rows_of(parsed->rows);
        const auto settled = co_await settle(rows);
        if (settled == 0) co_return answer;
        LogPosition position = session_.records.position();
        position.plate_time = rows[settled - 1].plate_time;
        position.device_time = device_time_of(rows[settled - 1].mapped.event);
        const bool more = settled == rows.size() && position.plate_time > after;
        after = position.plate_time;
        co_await move_to(std::move(position));
        if (!more) co_return answer;
    }
    co_return answer;
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
        co_await session_.deliver(std::move(copy));
    }
    if (settled == rows.size()) first_seen_.clear();
    const auto last = session_.delivery.last_number();
    co_await session_.delivery.wait_taken(last);
    co_return settled;
}

base::WallTime Backfill::device_time_of(const model::Event& event) const
{
    return event.device_time.value_or(event.occurred_at) - session_.clock.stamp_error();
}

asio::awaitable<void> Backfill::move_to(LogPosition position)
{
    position.our_time = session_.context.clock.wall();
    session_.fact("backfill position",
                  position.plate_time.empty() ? std::to_string(position.serial) : position.plate_time);
    const auto moved = co_await session_.records.move_to(std::move(position));
    if (!moved) session_.tell_once("position", "backfill position not saved", moved.error().message());
}

} // namespace gatehouse::isapi
