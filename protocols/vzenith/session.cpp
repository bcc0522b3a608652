#include "protocols/vzenith/session.hpp"

#include "gateway/model/enum_text.hpp"

#include <algorithm>

namespace gatehouse::vzenith {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t untimed_max = 64;
constexpr std::size_t reads_max = 32;
constexpr auto retry_span = 2min; // within which a camera repeats a report

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      line(config, context.executor, context.clock, context.metrics), clock(config.clock_offset_max),
      moved(context.executor), pushed(context.executor)
{
}

std::string record_name(const model::Event& event)
{
    return event.device_record.empty() ? event.device_key : event.device_record;
}

// ---- events ----

void Session::stamp(model::Event& event)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    if (!config.pictures) event.pictures.clear();
    const bool read = std::holds_alternative<model::VehiclePassage>(event.body);
    if (read) event.time_trusted = false;
    if (event.device_time) {
        const auto stamped = clock.stamp(*event.device_time, event.received_at, !event.history);
        event.occurred_at = stamped.occurred_at;
        event.time_trusted = stamped.trusted;
    }
    if (read && event.device_key.empty()) event.device_key = key_without_time(event);
    status.last_event = event.received_at;
}

// A report at the lowest level of detail: what repeats the camera's number within two minutes is the same
// one.
std::string Session::key_without_time(const model::Event& event)
{
    const auto& plate = std::get<model::VehiclePassage>(event.body).plate.text;
    const auto record = event.device_record + "/" + plate;
    const auto now = context.clock.now();
    while (!untimed_.empty() && (now - untimed_.front().at > retry_span || untimed_.size() > untimed_max))
        untimed_.pop_front();
    const auto same = std::find_if(untimed_.begin(), untimed_.end(),
                                   [&](const Untimed& one) { return one.record == record; });
    if (same != untimed_.end()) return same->key;
    Untimed fresh{record,
                  "untimed/" + record + "/" + std::to_string(event.received_at.time_since_epoch().count()),
                  now};
    untimed_.push_back(fresh);
    return fresh.key;
}

void Session::announce(const model::Event& event)
{
    if (event.history || !std::holds_alternative<model::VehiclePassage>(event.body)) return;
    (void)live_keys_.insert(event.device_key); // a repeat proves it too
    const auto known = std::any_of(reads_.begin(), reads_.end(),
                                   [&](const Read& one) { return one.key == event.device_key; });
    if (!known) {
        const auto& plate = std::get<model::VehiclePassage>(event.body).plate.text;
        reads_.push_back({record_name(event), event.device_key, plate, std::nullopt});
        if (reads_.size() > reads_max) reads_.pop_front();
    }
    if (context.early) context.early(event);
}

void Session::opened_for(const std::string& record, bool opened)
{
    const auto read =
        std::find_if(reads_.rbegin(), reads_.rend(), [&](const Read& one) { return one.record == record; });
    if (read == reads_.rend()) return;
    read->opened_at.reset();
    if (opened) read->opened_at = context.clock.now();
}

bool Session::just_opened_for(const std::string& record) const
{
    const auto read =
        std::find_if(reads_.rbegin(), reads_.rend(), [&](const Read& one) { return one.record == record; });
    if (read == reads_.rend()) return false;
    if (read->opened_at) return true;
    return !read->plate.empty() && std::any_of(reads_.begin(), reads_.end(), [&](const Read& other) {
        return other.opened_at && other.plate == read->plate &&
               context.clock.now() - *other.opened_at <= config.same_car;
    });
}

void Session::observe(const model::InputChanged& input)
{
    if (input.active) active_at[input.input] = context.clock.now();
    moved.notify();
}

void Session::refuse(const Mapped& mapped)
{
    counter("gatehouse_vzenith_refused_total", "Messages of a camera that became no event",
            std::string(to_string(mapped.refusal)))
        .add();
    if (mapped.refusal == RefusalReason::encrypted)
        tell_once("refused", "report of a camera refused", mapped.text);
}

// ---- what we observe ourselves ----

} // namespace gatehouse::vzenith
