#include "protocols/dahua/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gatehouse::dahua {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t outputs_max = 256;
constexpr std::size_t conditions_max = 1024; // far above channels times codes of the largest recorder
constexpr std::size_t groups_max = 32;       // at once
constexpr auto doubtful = 1min;
constexpr auto group_life = 1min; // then a GroupID may be another car's

net::HttpClientOptions client_options(const Config& config)
{
    net::HttpClientOptions options;
    options.target = config.target;
    options.username = config.username;
    options.password = config.password;
    options.allow_basic = config.allow_basic;
    options.request_timeout = config.request_max;
    // Well before the request's own limit, so that "not sent" is told from "not answered".
    options.connect_timeout =
        std::min<std::chrono::milliseconds>(options.connect_timeout, config.request_max / 2);
    return options;
}

bool is_read(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body);
}

// No connection came about, so nothing was sent.
bool took_no_connection(base::error_code error)
{
    return error == base::Errc::unreachable || error == asio::error::connection_refused;
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      http(context.connector, context.clock, context.random, client_options(config)),
      clock(context.utc_offset, config.clock_offset_max), moved(context.executor),
      clock_doubted(context.executor)
{
}

// ---- asking the device ----

asio::awaitable<Answer> Session::get(std::string target)
{
    net::HttpRequest request;
    request.target = std::move(target);
    return send(std::move(request));
}

asio::awaitable<Answer> Session::change(std::string target)
{
    net::HttpRequest request;
    request.target = std::move(target);
    request.changes = true;
    return send_once(std::move(request));
}

asio::awaitable<Answer> Session::post(std::string target, std::string body)
{
    net::HttpRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.body = std::move(body);
    request.content_type = "application/json";
    return send_once(std::move(request));
}

asio::awaitable<Answer> Session::send_once(net::HttpRequest request)
{
    net::HttpRequest copy = request;
    auto answer = co_await send(std::move(copy));
    if (!took_no_connection(answer.error) || !give_way) co_return answer;
    std::string why = "the stream gave way to a command";
    if (!give_way(std::move(why))) co_return answer;
    port_blocked = true;
    fact("port 80", "takes no connection while a stream is open");
    // Until the device has noticed that its stream is closed. What found no connection was not sent.
    for (int tries = 0; tries < 4 && took_no_connection(answer.error); ++tries) {
        co_await context.clock.sleep_for(200ms);
        net::HttpRequest again = request;
        answer = co_await send(std::move(again));
    }
    co_return answer;
}

asio::awaitable<Answer> Session::send(net::HttpRequest request)
{
    auto response = co_await http.request(std::move(request));
    if (!response) co_return failed(response.error());
    heard();
    co_return judge(response->status, std::move(response->body));
}

// ---- what the device says ----

MapContext Session::map_context(bool history) const
{
    MapContext made;
    made.device = config.id;
    made.utc_offset = context.utc_offset;
    made.history = history;
    return made;
}

std::vector<Mapped> Session::translate(std::string_view text)
{
    std::vector<Mapped> news;
    const auto notices = read_notices(text);
    if (!notices.flaw.empty()) {
        counter("gatehouse_dahua_unreadable_total", "Texts of a device that could not be read").add();
        tell_once("unreadable", "device sent a text that is no event", notices.flaw);
        return news;
    }
    for (const auto& notice : notices.events) {
        auto mapped = map(notice, map_context());
        if (is_news(mapped)) news.push_back(std::move(mapped));
    }
    return news;
}

bool Session::is_news(Mapped& mapped)
{
    if (mapped.clock_changed) clock_doubted.notify();
    if (mapped.outcome == Mapped::Outcome::refused) {
        count_refusal(mapped);
        return false;
    }
    tell_apart(mapped);
    stamp(mapped);
    if (!mapped.lifecycle.empty() && !condition(mapped)) return false;
    observe(mapped.event);
    announce(mapped);
    return true;
}

void Session::count_refusal(const Mapped& mapped)
{
    counter("gatehouse_dahua_unwanted_total", "Events of a device that are understood and not wanted",
            std::string(to_string(mapped.refusal.reason)))
        .add();
    if (mapped.refusal.reason == RefusalReason::unknown_code)
        tell_once("unknown", "device sent an event nobody knows here", mapped.refusal.text);
}

// Of what goes on, only begin and end are news; the end also where we missed the begin and an alert may wait.
bool Session::condition(const Mapped& mapped)
{
    const auto now = mapped.active ? Condition::active : Condition::over;
    const auto known = conditions_.find(mapped.lifecycle);
    if (known == conditions_.end()) {
        if (conditions_.size() < conditions_max) conditions_[mapped.lifecycle] = now;
        return mapped.active || !std::holds_alternative<model::Detection>(mapped.event.body);
    }
    return std::exchange(known->second, now) != now;
}

void Session::tell_apart(Mapped& mapped)
{
    auto& event = mapped.event;
    if (event.device_key.empty() || event.device_record.empty()) return;
    // A plate is read once a second at most, and the messages of its group may have numbers of their own.
    if (std::holds_alternative<model::VehiclePassage>(event.body)) return;
    auto numbered = event.device_key + '/' + event.device_record;
    if (firsts_.insert(event.device_key))
        firsts_.insert(numbered);
    else if (!firsts_.contains(numbered))
        event.device_key = std::move(numbered);
}

void Session::stamp(Mapped& mapped)
{
    auto& event = mapped.event;
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    if (!event.device_time) return;
    const auto made = clock.stamp(*event.device_time, mapped.stamp, event.received_at, !event.history);
    event.occurred_at = made.occurred_at;
    event.time_trusted = made.trusted;
    if (!event.history && clock.offset_ms() &&
        (made.trusted != clock.trusted() ||
         std::chrono::abs(event.occurred_at - event.received_at) > doubtful))
        clock_doubted.notify();
}

// Commands wait for the door or barrier to be seen moving.
void Session::observe(const model::Event& event)
{
    if (event.history) return;
    const auto note = [this](auto& seen, int number, auto position) {
        if (seen.size() >= outputs_max && !seen.contains(number)) return;
        seen[number] = {position, context.clock.now()};
        moved.notify();
    };
    if (const auto* door = std::get_if<model::DoorState>(&event.body))
        note(seen_doors, door->door, door->position);
    else if (const auto* barrier = std::get_if<model::BarrierMoved>(&event.body))
        note(seen_barriers, barrier->output, barrier->position);
}

asio::awaitable<void> Session::found_door(int door, model::DoorPosition position)
{
    const auto seen = seen_doors.find(door);
    const bool known = seen != seen_doors.end();
    if (position == model::DoorPosition::unknown || (known && seen->second.position == position)) co_return;
    seen_doors[door] = {position, context.clock.now()};
    moved.notify();
    model::DoorState state{door, position};
    co_await report(std::move(state));
}

void Session::announce(const Mapped& mapped)
{
    const auto& event = mapped.event;
    if (!context.early || event.history || !is_read(event.body)) return;
    if (!event.device_key.empty() && !announced_.insert(event.device_key)) return;
    // The members of a group may be stamped with different seconds.
    const auto* passage = std::get_if<model::VehiclePassage>(&event.body);
    const auto minute =
        std::chrono::floor<std::chrono::minutes>(event.received_at).time_since_epoch().count();
    if (passage != nullptr && !mapped.group.empty() &&
        !announced_.insert(fmt::format("{}/{}/{}", mapped.group, passage->plate.text, minute)))
        return;
    context.early(event);
}

asio::awaitable<void> Session::deliver(Mapped mapped)
{
    if (!mapped.group.empty() && !mapped.event.history)
        co_await join_group(std::move(mapped));
    else
        co_await hand_over(std::move(mapped));
}

asio::awaitable<void> Session::hand_over(Mapped mapped)
{
    note_record(mapped);
    brought_.insert(mapped.event.device_key);
    status.last_event = context.clock.wall();
    if (!mapped.event.history && is_read(mapped.event.body)) proven();
    co_await delivery.hand_over(std::move(mapped.event));
}

asio::awaitable<base::Result<void>> Session::offer(Mapped mapped)
{
    model::Event event = mapped.event;
    const auto taken = co_await delivery.offer(std::move(event));
    if (taken) {
        note_record(mapped);
        brought_.insert(mapped.event.device_key);
        status.last_event = context.clock.wall();
        if (is_read(mapped.event.body)) proven();
    } else if (!mapped.lifecycle.empty()) {
        conditions_.erase(mapped.lifecycle); // the device's next try is news again
    }
    co_return taken;
}

// A plate camera has no log that we could read, but its numbers tell how many cars passed while we were away.
void Session::note_record(const Mapped& mapped)
{
    if (!mapped.record || mapped.event.history) return;
    const auto before = std::exchange(last_record_, *mapped.record);
    if (!std::exchange(was_away_, false) || !before || *mapped.record <= *before + 1) return;
    model::Gap gap;
    gap.scope = config.id;
    gap.first = static_cast<std::int64_t>(*before) + 1;
    gap.last = static_cast<std::int64_t>(*mapped.record) - 1;
    gap.count = gap.last - gap.first + 1;
    gap.to = mapped.event.occurred_at;
    gap.from = gap.to;
    gap.why = "plates that the camera read while there was no stream";
    spawn("gap", report(std::move(gap)));
}

// ---- what comes in several messages ----

asio::awaitable<void> Session::join_group(Mapped mapped)
{
    const auto name = mapped.group;
    const auto now = context.clock.now();
    std::erase_if(gone_, [now](const auto& entry) { return now - entry.second > group_life; });
    if (gone_.contains(name)) {
        counter("gatehouse_dahua_repeats_total", "Events of a device that had been brought already").add();
        co_return;
    }
    const auto known = groups_.find(name);
    if (known == groups_.end()) {
        if (groups_.size() >= groups_max || mapped.group_size < 2 || !running()) {
            co_await hand_over(std::move(mapped));
            co_return;
        }
        Group group;
        group.told.insert(mapped.group_index);
        group.mapped = std::move(mapped);
        groups_.emplace(name, std::move(group));
        spawn("group of messages", expire_group(name));
        co_return;
    }
    auto& group = known->second;
    if (!group.told.insert(mapped.group_index).second) co_return; // told twice
    auto& pictures = mapped.event.pictures;
    auto& kept = group.mapped.event.pictures;
    std::move(pictures.begin(), pictures.end(), std::back_inserter(kept));
    auto* passage = std::get_if<model::VehiclePassage>(&group.mapped.event.body);
    const auto* other = std::get_if<model::VehiclePassage>(&mapped.event.body);
    if (passage != nullptr && other != nullptr && passage->plate.text.empty()) {
        passage->plate = other->plate;
        group.mapped.event.device_key = mapped.event.device_key;
    }
    if (group.told.size() < static_cast<std::size_t>(mapped.group_size)) co_return;
    auto whole = take_group(known);
    co_await hand_over(std::move(whole));
}

// The others did not come in time: it goes with what there is.
asio::awaitable<void> Session::expire_group(std::string name)
{
    co_await context.clock.sleep_for(config.picture_wait);
    const auto known = groups_.find(name);
    if (known == groups_.end()) co_return;
    auto whole = take_group(known);
    co_await hand_over(std::move(whole));
}

Mapped Session::take_group(std::map<std::string, Group>::iterator group)
{
    auto whole = std::move(group->second.mapped);
    gone_[group->first] = context.clock.now();
    groups_.erase(group);
    return whole;
}

// ---- what we observe ourselves ----

void Session::proven()
{
    if (status.link == model::LinkState::silent) spawn("link", set_link(model::LinkState::up, ""));
}

void Session::heard()
{
    status.last_heard = context.clock.wall();
    heard_at = context.clock.now();
}

void Session::begin_conversation()
{
    was_away_ = true;
    for (auto& [lifecycle, condition] : conditions_)
        if (condition == Condition::active) condition = Condition::unsure;
}

// A gate may stand open for it; nobody will try again, but one try costs a commit.
asio::awaitable<void> Session::offer_held()
{
    auto groups = std::move(groups_);
    groups_.clear();
    for (auto& [name, group] : groups) {
        auto mapped = std::move(group.mapped);
        (void)co_await offer(std::move(mapped));
    }
}

} // namespace gatehouse::dahua
