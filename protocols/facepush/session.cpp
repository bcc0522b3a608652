#include "protocols/facepush/session.hpp"

#include <utility>

namespace gatehouse::facepush {

using namespace std::chrono_literals;

namespace {

constexpr auto ours_for = 5s; // a door that opens so soon after our order was opened by it

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      changed(context.executor)
{
    status.serial = config.serial;
}

// ---- records ----

model::Event Session::live_event(const Reading& reading, bool from_log)
{
    auto event = event_of(reading, config.id);
    const auto now = context.clock.wall();
    event.received_at = now;
    const auto corrected = reading.time ? *reading.time - offset_.value_or(0ms) : now;
    const auto ahead = corrected - now;
    event.time_trusted = reading.time && offset_ ? status.clock_trusted : false;
    // Unmeasured, but it fits its arrival: then it is right.
    if (reading.time && !offset_ && std::chrono::abs(ahead) <= config.clock_offset_max)
        event.time_trusted = true;
    event.occurred_at = corrected;
    if (ahead > config.clock_offset_max + 500ms) {
        event.occurred_at = now;
        event.time_trusted = false;
    }
    event.history = from_log || reading.later || -ahead > config.live_max;
    auto& attempt = std::get<model::AccessAttempt>(event.body);
    if (attempt.credential == "button" && order_sent_at && context.clock.now() - *order_sent_at < ours_for)
        attempt.credential = "remote";
    if (event.history) return event;
    if (attempt.credential == "button" || attempt.credential == "remote") {
        door_opened_at = context.clock.now();
        changed.notify();
    }
    status.last_event = now;
    const bool wanted = context.early && attempt.granted && !attempt.person.empty();
    if (wanted && announced_.insert(event.device_key)) context.early(event);
    return event;
}

void Session::attach(model::Event& event, const Reading& reading)
{
    if (reading.picture_base64.empty() || !config.pictures) return;
    auto bytes = decoded_picture(reading.picture_base64);
    if (!bytes) {
        counter("gatehouse_facepush_pictures_damaged_total", "Pictures that came cut off or are none").add();
        return;
    }
    model::Picture picture;
    picture.kind = "face";
    picture.bytes = std::make_shared<const std::string>(std::move(*bytes));
    event.pictures.push_back(std::move(picture));
}

void Session::count_unread(const Read& read)
{
    counter("gatehouse_facepush_unread_total", "Messages of a terminal that became no event",
            std::string(to_string(read.reason)))
        .add();
    if (read.reason != Unread::other_device && read.reason != Unread::not_a_record)
        tell_once("unread", "terminal sent a record that became no event", read.text);
}

// ---- the clock ----

bool Session::measured(base::WallTime shown, base::WallTime at)
{
    offset_ = shown - at;
    status.clock_offset_ms = offset_->count();
    const bool trusted = std::chrono::abs(*offset_) <= config.clock_offset_max + 500ms;
    return std::exchange(status.clock_trusted, trusted) != trusted;
}

asio::awaitable<void> Session::report_clock(bool corrected)
{
    model::DeviceClock body{offset_.value_or(0ms).count(), status.clock_trusted, corrected};
    co_await report(std::move(body));
}

// ---- what we observe ourselves ----

} // namespace gatehouse::facepush
