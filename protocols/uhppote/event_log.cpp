#include "protocols/uhppote/event_log.hpp"

#include "gateway/base/log.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

namespace gatehouse::uhppote {

using namespace std::chrono_literals;
using base::kv;

namespace {

constexpr auto position_key = "events/position";
constexpr std::size_t ahead_max = 4096; // pushed while a long backlog is read
constexpr std::uint32_t awaited_max = 16;

template <class T>
std::optional<T> number(std::string_view text)
{
    T value{};
    const auto* end = text.data() + text.size();
    const auto found = std::from_chars(text.data(), end, value);
    if (found.ec != std::errc{} || found.ptr != end) return std::nullopt;
    return value;
}

// "<epoch> <index> <seconds of board time, or ->"
std::optional<LogPosition> parse_position(const std::string& text)
{
    std::istringstream in(text);
    std::string epoch, index, time;
    in >> epoch >> index >> time;
    const auto epoch_number = number<unsigned>(epoch);
    const auto index_number = number<std::uint32_t>(index);
    if (!epoch_number || !index_number) return std::nullopt;
    LogPosition position;
    position.epoch = *epoch_number;
    position.index = *index_number;
    if (const auto seconds = number<std::int64_t>(time))
        position.time = LocalTime(std::chrono::seconds(*seconds));
    return position;
}

std::string to_text(const LogPosition& position)
{
    const auto time = position.time ? std::to_string(position.time->time_since_epoch().count()) : "-";
    return fmt::format("{} {} {}", position.epoch, position.index, time);
}

} // namespace

class EventLog::Claim {
public:
    Claim(EventLog& log, std::uint32_t index) : log_(log), index_(index), epoch_(log.position_.epoch)
    {
        log_.ahead_.try_emplace(index_);
    }
    ~Claim()
    {
        if (!handed_ && same_store()) log_.ahead_.erase(index_);
        log_.progress_.notify();
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    void handed_over(std::optional<LocalTime> time)
    {
        handed_ = true;
        if (!same_store()) return;
        log_.ahead_[index_] = {true, time};
        log_.absorb();
    }

private:
    [[nodiscard]] bool same_store() const { return epoch_ == log_.position_.epoch; }

    EventLog& log_;
    std::uint32_t index_;
    unsigned epoch_;
    bool handed_ = false;
};

EventLog::EventLog(Session& session)
    : session_(session), proof_(session.config.unproven_max), news_(session.context.executor),
      progress_(session.context.executor), unsaved_changed_(session.context.executor)
{
    const auto kept = session.context.memory.find(position_key);
    const auto position = kept ? parse_position(*kept) : std::nullopt;
    if (!position) return;
    position_ = *position;
    begun_ = true;
}

// ---- what makes it read ----

asio::awaitable<std::string> EventLog::run()
{
    checked_ = false;
    complete_ = false;
    auto& clock = session_.context.clock;
    auto due = clock.now();
    for (;;) {
        const bool to_the_end = look_due_ || clock.now() >= due;
        look_due_ = false;
        if (to_the_end) due = clock.now() + session_.config.backfill_every;
        auto why = co_await pass(to_the_end);
        if (!why.empty()) co_return why;
        if (!has_news()) co_await clock.wait(news_, due);
    }
}

bool EventLog::has_news() const
{
    return look_due_ || (newest_ && newest_->index > position_.index);
}

void EventLog::note_newest(const EventRecord& record)
{
    if (!record.exists()) {
        newest_.reset(); // "no event in here" says nothing of the store
        return;
    }
    newest_ = record;
    if (record.index < position_.index) look_due_ = true; // cleared, perhaps
    doubt_numbering(record);
    if (has_news()) news_.notify();
}

// Cleared, and grown to the very same number before anybody looked.
void EventLog::doubt_numbering(const EventRecord& record)
{
    if (record.index != position_.index || !record.time || !position_.time || record.time == position_.time)
        return;
    checked_ = false;
    look_due_ = true;
}

asio::awaitable<void> EventLog::pushed(EventRecord record)
{
    if (!record.exists()) {
        session_.counter("gatehouse_uhppote_empty_total", "Pushed packets without an event").add();
        co_return;
    }
    proof_.pushed(record.index);
    if (!begun_) co_return; // the first contact will read it
    doubt_numbering(record);
    if (look_due_) news_.notify();
    if (record.index <= position_.index || ahead_.contains(record.index) || ahead_.size() >= ahead_max) {
        session_.counter("gatehouse_uhppote_repeats_total", "Pushed events that were known").add();
        co_return;
    }
    // What is missing in between is asked for at once; only what the board answers can tell how much it is.
    if (record.index > position_.index + 1) session_.look_now.notify();
    co_await take(record, true);
}

asio::awaitable<std::string> EventLog::catch_up()
{
    return pass(true);
}

bool EventLog::is_awaited(std::uint32_t index) const
{
    return index > position_.index && index - position_.index <= awaited_max;
}

asio::awaitable<void> EventLog::wait_complete()
{
    while (!complete_)
        co_await progress_.wait();
}

// ---- reading ----

asio::awaitable<std::string> EventLog::pass(bool to_the_end)
{
    while (passing_)
        co_await progress_.wait();
    struct Passing {
        EventLog& log;
        ~Passing()
        {
            log.passing_ = false;
            log.progress_.notify();
        }
    };
    passing_ = true;
    Passing passing{*this};
    if (to_the_end || !begun_) {
        auto why = co_await look_at_end();
        if (!why.empty()) co_return why;
    }
    co_return co_await read_on();
}

asio::awaitable<std::string> EventLog::look_at_end()
{
    const auto before = position_.index;
    const auto last = co_await fetch(last_event);
    if (!last.why.empty()) co_return last.why;
    const auto end = std::max(last.record.index, newest_ ? newest_->index : 0);
    if (!begun_) co_return co_await begin(end);
    if (last.record.exists() && last.record.index == end) newest_ = last.record;
    if (end < before) {
        co_await new_epoch("the board's event store was cleared");
        co_return std::string();
    }
    co_return co_await check_numbering();
}

// Once in a conversation, and when in doubt: the store may have been cleared and have grown meanwhile.
asio::awaitable<std::string> EventLog::check_numbering()
{
    if (checked_ || position_.index == 0 || !position_.time) co_return std::string();
    const auto expected = position_;
    const auto found = co_await fetch(expected.index);
    if (!found.why.empty()) co_return found.why;
    checked_ = true;
    if (found.record.exists() && found.record.time && found.record.time != expected.time)
        co_await new_epoch("another record stands under the number of the last one taken");
    co_return std::string();
}

asio::awaitable<std::string> EventLog::read_on()
{
    while (newest_ && position_.index < newest_->index) {
        const auto next = position_.index + 1;
        if (ahead_.contains(next)) { // on its way to the journal
            co_await progress_.wait();
            continue;
        }
        auto record = *newest_;
        if (record.index != next) {
            const auto last = record.index;
            const auto fetched = co_await fetch(next);
            if (!fetched.why.empty()) co_return fetched.why;
            if (position_.index >= next || ahead_.contains(next)) continue; // pushed meanwhile
            if (!fetched.record.exists()) {
                auto why = co_await skip_lost(next, last);
                if (!why.empty()) co_return why;
                continue;
            }
            record = fetched.record;
        }
        co_await take(record, false);
    }
    complete_ = true;
    progress_.notify();
    co_return std::string();
}

// The number asked for stands in the answer; otherwise the board does not have it (any more).
asio::awaitable<EventLog::Fetched> EventLog::fetch(std::uint32_t index)
{
    Fetched out;
    const auto request = get_event(session_.config.serial, index);
    const auto reply = co_await session_.board.ask(request);
    if (!reply.ok()) {
        out.why = reply.why();
        co_return out;
    }
    out.record = read_event(reply.packet);
    const bool by_number = index != first_event && index != last_event;
    if (by_number && out.record.index != index) out.record = EventRecord{};
    co_return out;
}

// When the store is full the oldest block goes, and the first number jumps (sheet §5).
asio::awaitable<std::string> EventLog::skip_lost(std::uint32_t next, std::uint32_t last)
{
    const auto first = co_await fetch(first_event);
    if (!first.why.empty()) co_return first.why;
    if (!first.record.exists()) {
        newest_.reset(); // emptied meanwhile; the next look at the end finds out
        look_due_ = true;
        co_return std::string();
    }
    const bool dropped = first.record.index > next;
    const auto going_on = dropped ? first.record.index : next + 1;
    model::Gap gap;
    gap.scope = session_.config.id;
    gap.first = next;
    gap.last = going_on - 1;
    gap.count = gap.last - gap.first + 1;
    gap.why = dropped ? "the board has overwritten these records before they were read"
                      : "the board has no record under this number";
    const auto now = session_.context.clock.wall();
    const auto offset = session_.context.utc_offset;
    gap.from = position_.time ? to_wall(*position_.time, offset) : now;
    gap.to = dropped && first.record.time ? to_wall(*first.record.time, offset) : now;
    base::log::warn("records of a board are lost", kv("device", session_.config.id), kv("first", gap.first),
                    kv("last", gap.last), kv("newest", last));
    auto event = session_.own_event(gap);
    event.device_key = fmt::format("e{}/gap/{}-{}", position_.epoch, gap.first, gap.last);
    event.history = true;
    co_await session_.delivery.hand_over(std::move(event));
    ahead_.erase(ahead_.begin(), ahead_.lower_bound(going_on));
    move_on(going_on - 1, std::nullopt);
    absorb();
    co_return std::string();
}

// ---- where to begin ----

// First contact: back in growing steps until a record is older than wanted, then forward from there.
asio::awaitable<std::string> EventLog::begin(std::uint32_t last)
{
    not_before_ = session_.context.clock.wall() - session_.config.backfill_first;
    first_contact_end_ = last;
    auto start = last;
    for (std::uint64_t step = 1; start > 0 && session_.config.backfill_first > 0ms; step *= 2) {
        start = last > step ? static_cast<std::uint32_t>(last - step) : 0;
        if (start == 0) break;
        const auto fetched = co_await fetch(start);
        if (!fetched.why.empty()) co_return fetched.why;
        if (fetched.record.exists() && !too_old(fetched.record)) continue;
        if (fetched.record.exists()) break;
        const auto first = co_await fetch(first_event);
        if (!first.why.empty()) co_return first.why;
        start = first.record.exists() ? first.record.index - 1 : last;
        break;
    }
    begun_ = true;
    checked_ = true;
    move_on(start, std::nullopt);
    co_return std::string();
}

bool EventLog::too_old(const EventRecord& record) const
{
    // Only then: a clock that falls back to the year 2000 must not hide what is new.
    if (!record.time || record.index > first_contact_end_) return false;
    const auto stamped = to_wall(*record.time, session_.context.utc_offset);
    return stamped - session_.clock.offset().value_or(0ms) < not_before_;
}

asio::awaitable<void> EventLog::new_epoch(std::string why)
{
    base::log::warn("record numbers of a device start anew", kv("device", session_.config.id),
                    kv("why", why));
    LogPosition position;
    position.epoch = position_.epoch + 1;
    position_ = position;
    ahead_.clear();
    checked_ = true;
    first_contact_end_ = 0;
    move_on(0, std::nullopt);
    model::DeviceHealth notice{"records", true, std::move(why)};
    co_await session_.report(std::move(notice));
}

asio::awaitable<void> EventLog::other_board(std::string why)
{
    newest_.reset();
    co_await new_epoch(std::move(why));
    begun_ = false;
}

// ---- handing over ----

asio::awaitable<void> EventLog::take(EventRecord record, bool was_pushed)
{
    Claim claim(*this, record.index);
    auto mapped = map(record, position_.epoch, session_.context.utc_offset);
    if (mapped.refusal != Refusal::none) {
        session_
            .counter("gatehouse_uhppote_unwanted_total",
                     "Records of a board that are understood and not wanted",
                     std::string(to_string(mapped.refusal)))
            .add();
        session_.tell_once("unwanted", "record of a board is no event", mapped.text);
    } else if (!too_old(record)) {
        session_.stamp(mapped.event);
        if (!was_pushed && !mapped.event.history) proof_.fetched(record.index, session_.context.clock.now());
        session_.observe(mapped.event);
        session_.announce(mapped.event);
        session_.status.last_event = session_.context.clock.wall();
        co_await session_.delivery.hand_over(std::move(mapped.event));
    }
    claim.handed_over(record.time);
}

void EventLog::absorb()
{
    while (!ahead_.empty()) {
        const auto first = ahead_.begin();
        if (first->first != position_.index + 1 || !first->second.handed) return;
        const auto time = first->second.time;
        ahead_.erase(first);
        move_on(position_.index + 1, time);
    }
}

void EventLog::move_on(std::uint32_t index, std::optional<LocalTime> time)
{
    position_.index = index;
    position_.time = time;
    unsaved_ = Unsaved{position_, session_.delivery.last_number()};
    session_.fact("event position", std::to_string(index));
    progress_.notify();
    unsaved_changed_.notify();
}

asio::awaitable<void> EventLog::keep_position()
{
    for (;;) {
        if (!unsaved_) {
            co_await unsaved_changed_.wait();
            continue;
        }
        const auto next = *unsaved_;
        unsaved_.reset();
        const bool on_disk = co_await session_.delivery.wait_taken(next.number);
        if (!on_disk) co_return; // the conversation is over
        co_await save(next.position);
    }
}

asio::awaitable<void> EventLog::save(LogPosition position)
{
    auto text = to_text(position);
    const auto saved = co_await session_.context.memory.put(position_key, std::move(text));
    // The next move saves it; until then a restart reads some records twice, under their own keys.
    if (!saved) session_.tell_once("position", "event position not saved", saved.error().message());
}

} // namespace gatehouse::uhppote
