#include "protocols/vzenith/record_log.hpp"

#include "protocols/vzenith/words.hpp"

#include <charconv>

namespace gatehouse::vzenith {

namespace {

constexpr auto position_key = "records/last";
constexpr std::int64_t save_every = 20;

std::optional<std::int64_t> number_of(const std::string& text)
{
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

} // namespace

RecordLog::RecordLog(Session& session) : session_(session)
{
    if (const auto kept = session.context.memory.find(position_key)) last_ = number_of(*kept);
}

void RecordLog::begin()
{
    listening_since_ = session_.context.clock.wall();
    newest_ = 0;
    newest_before_ = 0;
    supported_ = true;
    unproven_ = false;
}

asio::awaitable<void> RecordLog::run()
{
    for (bool all = true;; all = false) {
        if (supported_) {
            const auto why = co_await catch_up(all);
            if (!why.empty()) session_.tell_once("records", "records of a camera not read", why);
        }
        co_await session_.context.clock.sleep_for(session_.config.backfill_every);
    }
}

asio::awaitable<std::string> RecordLog::catch_up(bool all)
{
    if (reading_) co_return "they are being read already";
    struct Done {
        bool& reading;
        ~Done() { reading = false; }
    };
    reading_ = true;
    const Done done{reading_};
    auto why = co_await find_newest();
    if (!why.empty() || !supported_) co_return why;
    const auto limit = all ? newest_ : std::min(newest_, newest_before_);
    why = co_await read_up_to(limit);
    co_await report_missing();
    session_.fact("records read", std::to_string(last_.value_or(0)) + " of " + std::to_string(newest_));
    co_return why;
}

asio::awaitable<std::string> RecordLog::find_newest()
{
    json::object question;
    question["cmd"] = "get_max_rec_id";
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return "its newest record cannot be asked for: " + answer.error().message();
    const auto newest = number_member(*answer->body, "max_id");
    if (!newest) {
        supported_ = false;
        session_.fact("records", "the camera keeps none that can be read");
        co_return std::string();
    }
    newest_before_ = newest_;
    newest_ = *newest;
    if (!last_) last_ = std::max<std::int64_t>(0, newest_ - session_.config.backfill_first);
    if (newest_ < *last_) { // the store was emptied; keys hold the time, so nothing comes twice
        session_.counter("gatehouse_vzenith_records_restarted_total", "Record numbers that began anew").add();
        last_ = 0;
        newest_before_ = newest_;
    }
    co_return std::string();
}

asio::awaitable<std::string> RecordLog::read_up_to(std::int64_t limit)
{
    std::string why;
    const auto begun = *last_;
    while (*last_ < limit && why.empty()) {
        why = co_await fetch(*last_ + 1);
        if (!why.empty()) break;
        ++*last_;
        if ((*last_ - begun) % save_every == 0) co_await save();
    }
    if (*last_ != begun) co_await save();
    co_return why;
}

asio::awaitable<std::string> RecordLog::fetch(std::int64_t id)
{
    json::object question;
    question["cmd"] = "get_record";
    question["id"] = id;
    question["format"] = "json";
    question["image"] = session_.config.pictures;
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return "record not read: " + answer.error().message();
    auto report = read_result(*answer->body, answer->pictures);
    if (report) {
        co_await take(id, std::move(*report));
        co_return std::string();
    }
    const auto code = number_member(*answer->body, "state_code").value_or(404);
    if (code == 408 || code == 500) co_return sentence_of(code);
    note_missing(id);
    co_return std::string();
}

asio::awaitable<void> RecordLog::take(std::int64_t id, PlateReport report)
{
    report.offline = true;
    auto mapped = map(report, session_.context.utc_offset);
    if (mapped.refused()) {
        session_.refuse(mapped);
        co_return;
    }
    auto& event = mapped.event;
    if (event.device_record.empty()) event.device_record = std::to_string(id);
    session_.stamp(event);
    const bool reported = session_.came_live(event.device_key);
    const auto* passage = std::get_if<model::VehiclePassage>(&event.body);
    // Without a plate the two ways may name a car differently.
    const bool comparable = passage != nullptr && (reported || !passage->plate.text.empty());
    const bool should_be = event.time_trusted && event.occurred_at >= listening_since_ &&
                           event.occurred_at + session_.config.unproven_max <= session_.context.clock.wall();
    if (should_be && comparable) unproven_ = !reported;
    co_await session_.delivery.hand_over(std::move(event));
}

asio::awaitable<void> RecordLog::save()
{
    const auto position = std::to_string(*last_);
    const bool taken = co_await session_.delivery.wait_taken(session_.delivery.last_number());
    if (!taken) co_return;
    const auto saved = co_await session_.context.memory.put(position_key, position);
    if (!saved)
        session_.tell_once("position", "position in a camera's records not saved", saved.error().message());
}

// ---- holes ----

void RecordLog::note_missing(std::int64_t id)
{
    if (!missing_) missing_.emplace(Range{id, id});
    missing_->last = id;
}

asio::awaitable<void> RecordLog::report_missing()
{
    if (!missing_) co_return;
    model::Gap gap;
    gap.scope = session_.config.id;
    gap.first = missing_->first;
    gap.last = missing_->last;
    gap.count = gap.last - gap.first + 1;
    gap.from = session_.context.clock.wall();
    gap.to = gap.from;
    gap.why = "the camera does not have these records any more";
    missing_.reset();
    co_await session_.report(std::move(gap));
}

} // namespace gatehouse::vzenith
