#include "protocols/facepush/session.hpp"

#include "gateway/base/log.hpp"

#include <utility>

namespace gatehouse::facepush {

using namespace std::chrono_literals;
using base::kv;

namespace {

constexpr auto ours_for = 5s; // a door that opens so soon after our order was opened by it

std::string_view word(model::LinkState state)
{
    if (state == model::LinkState::up) return "up";
    return state == model::LinkState::silent ? "silent" : "down";
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : config(std::move(config_)), context(std::move(context_)), delivery(context, config.id),
      changed(context.executor)
{
    status.why = "not contacted yet";
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

asio::awaitable<void> Session::report(model::Body body)
{
    model::Event event;
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    event.body = std::move(body);
    co_await delivery.hand_over(std::move(event));
}

asio::awaitable<void> Session::set_link(model::LinkState state, std::string why)
{
    status.why = state == model::LinkState::up ? std::string() : why;
    if (status.link == state) co_return;
    status.link = state;
    base::log::info("device link changed", kv("device", config.id), kv("state", word(state)), kv("why", why));
    model::DeviceLink link;
    link.state = state;
    link.why = state == model::LinkState::up ? std::string() : std::move(why);
    co_await report(std::move(link));
}

asio::awaitable<void> Session::audit(std::string what, std::string detail, std::string result)
{
    base::log::info("device setting written", kv("device", config.id), kv("what", what),
                    kv("result", result));
    if (!context.written) co_return;
    device::DeviceWrite write;
    write.what = std::move(what);
    write.detail = std::move(detail);
    write.result = std::move(result);
    co_await context.written(std::move(write));
}

void Session::spawn(std::string name, asio::awaitable<void> task)
{
    if (tasks_) tasks_->spawn(std::move(name), std::move(task));
}

void Session::start()
{
    delivery.open();
    tasks_ = std::make_unique<base::TaskGroup>(context.executor);
}

asio::awaitable<void> Session::stop()
{
    if (const auto tasks = std::move(tasks_)) {
        tasks->cancel();
        co_await tasks->join();
    }
    co_await delivery.close();
}

base::Counter& Session::counter(const std::string& name, const std::string& help, const std::string& reason)
{
    base::Labels labels{{"device", config.id}};
    if (!reason.empty()) labels.emplace_back("reason", reason);
    return context.metrics.counter(name, help, labels);
}

void Session::tell_once(const std::string& kind, const std::string& sentence, const std::string& text)
{
    auto& told = told_[kind];
    if (told == text) return;
    told = text;
    base::log::warn(sentence, kv("device", config.id), kv("why", text));
}

model::Outcome Session::outcome(model::Status how, std::string code, std::string text,
                                base::MonoTime begun) const
{
    model::Outcome out;
    out.status = how;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = context.clock.wall();
    if (begun != base::MonoTime{})
        out.took_ms = std::chrono::duration_cast<milliseconds>(context.clock.now() - begun).count();
    return out;
}

} // namespace gatehouse::facepush
