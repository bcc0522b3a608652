#include "protocols/zkteco/push_desk.hpp"

#include "protocols/net/push_source.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/zkteco/replies.hpp"
#include "protocols/zkteco/times.hpp"

#include <boost/asio/this_coro.hpp>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using model::DoorPosition;
using model::LinkState;

namespace ascii = wire::ascii;

namespace {

constexpr std::size_t small_post = 3; // more at once come from the device's store
constexpr auto hole_patience = 10min;
constexpr auto half_hour = 30min;
constexpr auto dialect_key = "dialect";
constexpr auto numbers_key = "access/position";

bool is_access_table(std::string_view table)
{
    return table == "rtlog" || table == "rtstate" || table == "tabledata";
}

bool is_hello(const Request& request)
{
    return request.place == Place::cdata && !request.post && request.query.contains("options");
}

// "OK: 3", as the manual has it.
device::PushReply taken(std::size_t records)
{
    return plain("OK: " + std::to_string(records));
}

device::PushReply not_taken()
{
    return plain("busy", 503);
}

} // namespace

bool PushDesk::claims(const device::PushRequest& request) const
{
    const auto read = read_request(request.method, request.target);
    return read.place != Place::other && ascii::same_word(read.serial, session_.config.serial) &&
           net::is_push_source(request.remote, session_.config.host, "", session_.config.push_from);
}

void PushDesk::restore()
{
    if (session_.dialect == Dialect::unknown) {
        const auto kept = session_.context.memory.find(dialect_key).value_or("");
        if (kept == "access") session_.dialect = Dialect::access;
        if (kept == "attendance") session_.dialect = Dialect::attendance;
    }
    numbers_.from_memory(session_.context.memory.find(numbers_key).value_or(""));
}

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!session_.running()) co_return not_taken();
    if (!claims(request)) {
        count("foreign");
        session_.tell_once("foreign", "request in a device's name from elsewhere refused", request.remote);
        co_return plain("", 404);
    }
    const auto read = read_request(request.method, request.target);
    recorder.take(request.method, read, request.body);
    const bool handshake = read.place == Place::registry || read.place == Place::push || is_hello(read);
    if (!handshake && session_.access() && !access_.admits(request.header("cookie"))) {
        count("token");
        // It registers again then (sheet §3). Not a sign of life: nothing of it is taken.
        co_return plain("", 406);
    }
    co_await session_.heard();
    auto reply = co_await dispatch(read, request.body);
    if (serves_time()) reply.date = http_date(session_.context.clock.wall());
    co_return reply;
}

PushDesk::Reply PushDesk::dispatch(const Request& request, std::string_view body)
{
    switch (request.place) {
    case Place::cdata:
        if (request.post) co_return co_await take_table(request, body);
        if (is_hello(request)) co_return co_await hello(request);
        co_return request.value("type") == "time" ? time() : plain("OK");
    case Place::getrequest: co_return co_await hand_over(request);
    case Place::devicecmd: co_return take_results(body);
    case Place::registry: {
        co_await learn_dialect(request);
        auto text = co_await access_.enrol(body);
        co_return plain(std::move(text));
    }
    case Place::push: {
        auto text = co_await access_.parameters();
        co_return plain(std::move(text));
    }
    case Place::rtdata: co_return time();
    case Place::querydata: co_return co_await take_query(request, body);
    case Place::ping:
    case Place::exchange: // encryption, which we do not offer
    case Place::other: break;
    }
    co_return plain("OK");
}

// ---- hello ----

asio::awaitable<void> PushDesk::learn_dialect(const Request& request)
{
    const bool access =
        request.place == Place::registry || ascii::same_word(request.value("devicetype"), "acc");
    const auto said = access ? Dialect::access : Dialect::attendance;
    if (session_.config.dialect != Dialect::unknown && session_.config.dialect != said)
        session_.tell_once("dialect", "device speaks another dialect than configured",
                           access ? "it speaks access" : "it speaks attendance");
    session_.dialect = said;
    session_.fact("dialect", access ? "access" : "attendance");
    std::string key = dialect_key;
    std::string value = access ? "access" : "attendance";
    co_await session_.remember(std::move(key), std::move(value));
}

PushDesk::Reply PushDesk::hello(const Request& request)
{
    co_await learn_dialect(request);
    if (!request.value("pushver").empty())
        session_.fact("push version", std::string(request.value("pushver")));
    if (session_.access()) {
        auto text = co_await access_.hello();
        co_return plain(std::move(text));
    }
    Stamps stamps;
    const auto& memory = session_.context.memory;
    stamps.punches = memory.find("stamp/attlog").value_or(stamps.punches);
    stamps.operations = memory.find("stamp/operlog").value_or(stamps.operations);
    judge_zone();
    const auto told = zone();
    if (!told.empty() && !zone_told_) {
        std::string detail =
            "TimeZone=" + told + "; the device was " +
            (session_.clock.offset() ? std::to_string(session_.clock.offset()->count()) + " ms"
                                     : std::string("an unknown span")) +
            " away";
        co_await session_.audit("time zone", std::move(detail), "told");
        zone_told_ = true;
        session_.clock.forget();
    }
    co_return plain(
        attendance_options(session_.config.serial, stamps, session_.config.poll_every, told, serves_time()));
}

// ---- the clock (pains 17) ----

bool PushDesk::serves_time() const
{
    const auto& synced = session_.context.clock_synced;
    return session_.config.correct_clock && (!synced || synced());
}

std::string PushDesk::zone() const
{
    if (!serves_time() || zone_wrong_) return {};
    return zone_option(session_.context.utc_offset, session_.config.zone_form);
}

// A device that was told its zone and is then away by whole half hours took hours for minutes, or the other
// way round.
void PushDesk::judge_zone()
{
    const auto offset = session_.clock.offset();
    if (!zone_told_ || !offset || std::chrono::abs(*offset) < half_hour - 1min) return;
    const auto rest = std::chrono::abs(*offset) % half_hour;
    if (rest > 1min && rest < half_hour - 1min) return;
    zone_wrong_ = true;
    session_.tell_once(
        "zone", "device clock was shifted by the time zone that we told: set time_zone to another form",
        std::to_string(offset->count()) + " ms");
}

device::PushReply PushDesk::time()
{
    // What it is told here it sets its clock by.
    if (!serves_time()) return plain("OK");
    const auto now = session_.context.clock.wall();
    const auto zone = session_.context.utc_offset;
    return plain(session_.access() ? access_time(now, zone, session_.config.number_in_utc)
                                   : attendance_time(now, zone));
}

// ---- what it brings ----

PushDesk::Reply PushDesk::take_table(const Request& request, std::string_view body)
{
    if (ascii::same_word(request.value("authtype"), "device")) co_return decide(body);
    const auto table = ascii::lower(request.value("table"));
    if (is_access_table(table) && session_.dialect == Dialect::unknown) session_.dialect = Dialect::access;
    if (table == "attlog") co_return co_await take_punches(request, body);
    if (table == "operlog") co_return co_await take_operations(request, body);
    if (table == "attphoto") co_return take_photo(body);
    if (table == "rtlog") co_return co_await take_access_log(body);
    if (table == "rtstate") co_return co_await take_state(body);
    if (table == "tabledata") {
        // Persons, fingers, faces that we did not ask for: acknowledged, not read.
        count("unwanted_table");
        const std::string name(request.value("tablename"));
        const auto lines = lines_of(body).size();
        const auto told = number(request.value("count")).value_or(static_cast<std::int64_t>(lines));
        co_return plain(name + "=" + std::to_string(told));
    }
    if (table != "options") count("unknown_table");
    co_return plain("OK");
}

// Offers what came and looks at the clock. False: it has to come again.
asio::awaitable<bool> PushDesk::keep(std::vector<model::Event> events, bool small)
{
    if (events.empty()) co_return true;
    const auto newest = events.back().device_time;
    if (newest && small && !log_.querying()) co_await session_.clock_shown(*newest, false);
    const auto live_before = session_.last_live;
    const bool kept = co_await session_.keep(std::move(events));
    if (session_.last_live != live_before && session_.status.link == LinkState::silent)
        co_await session_.set_link(LinkState::up, "");
    co_return kept;
}

asio::awaitable<void> PushDesk::remember_stamp(const std::string& table, const Request& request)
{
    const auto stamp = request.value("stamp");
    if (stamp.empty() || stamp.size() > 32) co_return;
    std::string key = "stamp/" + table;
    std::string value(stamp);
    co_await session_.remember(std::move(key), std::move(value));
}

PushDesk::Reply PushDesk::take_punches(const Request& request, std::string_view body)
{
    const auto lines = lines_of(body);
    const auto reading = session_.reading();
    std::vector<model::Event> events;
    for (const auto line : lines) {
        const auto punch = read_punch(line);
        Mapped mapped;
        mapped.refusal = Refusal::malformed;
        if (punch) mapped = map(*punch, reading);
        if (mapped.refusal == Refusal::none)
            events.push_back(std::move(mapped.event));
        else
            session_.refused(mapped);
    }
    const auto copies = events;
    const bool kept = co_await keep(std::move(events), lines.size() <= small_post);
    if (!kept) co_return not_taken();
    for (const auto& event : copies)
        log_.came(event);
    co_await remember_stamp("attlog", request);
    co_return taken(lines.size());
}

PushDesk::Reply PushDesk::take_operations(const Request& request, std::string_view body)
{
    const auto lines = lines_of(body);
    const auto reading = session_.reading();
    std::vector<model::Event> events;
    for (const auto line : lines) {
        if (is_biometric(line)) {
            count("biometric_dropped");
            continue;
        }
        if (line.starts_with("USER ")) {
            auto fields = read_fields(line);
            std::string pin(field(fields, "pin"));
            if (users != nullptr && !pin.empty()) (*users)[pin] = std::move(fields);
            continue;
        }
        const auto operation = read_operation(line);
        Mapped mapped;
        mapped.refusal = Refusal::malformed;
        if (operation) mapped = map(*operation, reading);
        if (mapped.refusal == Refusal::none)
            events.push_back(std::move(mapped.event));
        else
            session_.refused(mapped);
    }
    // Their times jump (sheet §6): no hint of the clock.
    const bool kept = co_await keep(std::move(events), false);
    if (!kept) co_return not_taken();
    co_await remember_stamp("operlog", request);
    co_return taken(lines.size());
}

device::PushReply PushDesk::take_photo(std::string_view body)
{
    // We do not ask for photographs; one that comes all the same is not kept.
    count(read_photo(body) ? "photo_dropped" : "malformed_photo");
    return plain("OK");
}

PushDesk::Reply PushDesk::take_access_log(std::string_view body)
{
    const auto lines = lines_of(body);
    const auto reading = session_.reading();
    std::vector<model::Event> events;
    std::vector<std::pair<std::int64_t, base::WallTime>> numbered;
    for (const auto line : lines) {
        const auto fields = read_fields(line);
        auto mapped = map_access(fields, reading);
        const auto index = number(field(fields, "index"));
        const auto shown = read_time(field(fields, "time"), reading.utc_offset);
        if (index && shown) numbered.emplace_back(*index, *shown);
        if (mapped.refusal == Refusal::none)
            events.push_back(std::move(mapped.event));
        else
            session_.refused(mapped);
    }
    const bool kept = co_await keep(std::move(events), lines.size() <= small_post);
    if (!kept) co_return not_taken();
    for (const auto& [index, shown] : numbered)
        numbers_.note(index, shown, session_.context.clock.now());
    if (!numbered.empty()) {
        std::string key = numbers_key;
        auto value = numbers_.to_memory();
        co_await session_.remember(std::move(key), std::move(value));
    }
    co_return plain("OK");
}

asio::awaitable<void> PushDesk::report_holes()
{
    for (const auto& hole : numbers_.overdue(session_.context.clock.now(), hole_patience)) {
        model::Gap gap;
        gap.scope = session_.config.id;
        gap.first = hole.first;
        gap.last = hole.last;
        gap.count = hole.last - hole.first + 1;
        gap.why = "the device did not send these records";
        co_await session_.report(std::move(gap));
    }
}

// The doors as they are now: what events said is reconciled with it (pains 14).
PushDesk::Reply PushDesk::take_state(std::string_view body)
{
    for (const auto line : lines_of(body)) {
        const auto fields = read_fields(line);
        const auto shown = read_time(field(fields, "time"), session_.context.utc_offset);
        if (shown) co_await session_.clock_shown(*shown, true);
        for (int number = 1; number <= session_.config.doors; ++number) {
            auto& door = session_.doors[number];
            door.relay = relay_of(field(fields, "relay"), number);
            const auto contact = contact_of(field(fields, "sensor"), number);
            if (contact == Contact::none) continue;
            const auto position = contact == Contact::open ? DoorPosition::opened : DoorPosition::closed;
            // Once may be the event that is just on its way.
            const bool known = door.contact == position;
            auto& doubts = contact_doubts_[number];
            doubts = known ? 0 : doubts + 1;
            if (doubts < 2) continue;
            doubts = 0;
            door.contact = position;
            model::DoorState state{number, position};
            co_await session_.report(std::move(state));
        }
    }
    session_.moved.notify();
    co_return plain("OK");
}

// ---- commands ----

PushDesk::Reply PushDesk::hand_over(const Request& request)
{
    const auto info = read_info(request.value("info"));
    if (info) co_await log_.told(*info);
    auto text = session_.commands.hand_over();
    co_return plain(text.empty() ? std::string("OK") : std::move(text));
}

device::PushReply PushDesk::take_results(std::string_view body)
{
    const auto results = read_results(body);
    if (results.empty()) count("malformed_result");
    for (const auto& result : results)
        if (!session_.commands.settle(result)) count("late_result");
    return plain("OK");
}

PushDesk::Reply PushDesk::take_query(const Request& request, std::string_view body)
{
    const bool options = request.value("type") == "options";
    std::vector<Fields> rows;
    for (const auto line : lines_of(body))
        if (!is_biometric(line)) rows.push_back(read_fields(line, options ? ',' : '\t'));
    const auto lines = static_cast<std::int64_t>(rows.size());
    const auto packets = number(request.value("packcnt")).value_or(1);
    const auto index = number(request.value("packidx")).value_or(1);
    if (!session_.commands.packet(request.value("cmdid"), std::move(rows), index, packets))
        count("late_result");
    if (options) co_return plain("OK");
    const auto told = number(request.value("count")).value_or(lines);
    co_return plain(std::string(request.value("tablename")) + "=" + std::to_string(told));
}

// The device asks whom to let in. Who may enter is not this room's to say: it decides by its own list, as it
// does when its server is away, and at once.
device::PushReply PushDesk::decide(std::string_view body)
{
    count("asked_to_decide");
    const auto lines = lines_of(body);
    const std::string line(lines.empty() ? std::string_view() : lines.front());
    return plain("AUTH=TIMEOUT\r\n" + line + "\r\n");
}

void PushDesk::count(const std::string& what)
{
    session_
        .counter("gatehouse_zkteco_requests_odd_total", "Requests of a device that are worth a look", what)
        .add();
}

} // namespace gatehouse::zkteco
