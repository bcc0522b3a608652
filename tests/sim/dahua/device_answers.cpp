#include "tests/sim/dahua/device.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gatehouse::sim::dahua {
namespace {

using namespace asio::experimental::awaitable_operators;

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const bool coded =
            text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ec == std::errc{};
        out += coded ? static_cast<char>(value) : text[i];
        if (coded) i += 2;
    }
    return out;
}

std::string argument(const std::string& target, const std::string& name)
{
    for (const char* mark : {"?", "&"}) {
        const auto at = target.find(mark + name + "=");
        if (at == std::string::npos) continue;
        const auto from = at + name.size() + 2;
        return unescaped(std::string_view(target).substr(from, target.find('&', from) - from));
    }
    return {};
}

std::size_t number_of_text(const std::string& text, std::size_t otherwise)
{
    std::size_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

asio::awaitable<void> Device::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto remote = connection->remote_endpoint(failure);
    if (failure) co_return;
    const auto peer = remote.address().to_string();
    std::string buffer;
    Request request;
    for (;;) {
        while (moods_.half_open)
            co_await pause(Span(50));
        const bool more = co_await read_request(*connection, buffer, request);
        if (!more || moods_.half_open) co_return;
        ++seen_.requests;
        const auto admission =
            guard_.check(request.header("authorization"), request.method, request.target, peer);
        Reply reply;
        reply.type = "text/plain;charset=utf-8";
        Answer said;
        if (admission != isapi::Admission::admitted) {
            ++seen_.unauthorised;
            said.status = 401;
            said.body.clear();
            reply.headers = guard_.challenges(admission == isapi::Admission::stale);
        } else if (request.path == "/cgi-bin/eventManager.cgi" ||
                   request.path == "/cgi-bin/snapManager.cgi") {
            co_await stream(connection, request.target);
            co_return;
        } else {
            said = answer(request, peer + ':' + std::to_string(remote.port()));
        }
        if (said.silent) continue;
        if (said.late) co_await pause(late_answer);
        reply.status = said.status;
        reply.body = said.body;
        const auto bytes = render(reply, request.keep_alive);
        co_await asio::async_write(*connection, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (failure || !request.keep_alive) co_return;
    }
}

asio::awaitable<void> Device::stream(Connection connection, const std::string& target)
{
    boost::system::error_code failure;
    const std::string head = "HTTP/1.1 200 OK\r\nServer: Device/1.0\r\nCONNECTION: close\r\nContent-Type: "
                             "multipart/x-mixed-replace; boundary=myboundary\r\n\r\n";
    co_await asio::async_write(*connection, asio::buffer(head),
                               asio::redirect_error(asio::use_awaitable, failure));
    if (failure || config_.closes_at_once) co_return;
    listeners_.emplace_back(group_.executor());
    const auto here = std::prev(listeners_.end());
    const std::shared_ptr<void> leave(nullptr, [this, here](void*) {
        listeners_.erase(here);
        if (config_.blocks_port && !ending_) follow_network();
    });
    follow_network();
    here->pictures = target.find("snapManager") != std::string::npos;
    here->heartbeat = std::chrono::seconds(number_of_text(argument(target, "heartbeat"), 5));
    while (!failure && connection->is_open()) {
        if (here->waiting.empty()) (void)co_await (here->changed.wait() || pause(here->heartbeat));
        if (!connection->is_open()) break;
        if (moods_.half_open || moods_.mute) { // not even a heartbeat
            co_await pause(Span(50));
            continue;
        }
        std::vector<std::string> pieces;
        if (here->waiting.empty()) {
            pieces.push_back(part("text/plain", "Heartbeat"));
        } else {
            pieces = mangled(moods_, std::move(here->waiting.front()));
            here->waiting.pop_front();
        }
        for (const auto& piece : pieces)
            co_await asio::async_write(*connection, asio::buffer(piece),
                                       asio::redirect_error(asio::use_awaitable, failure));
    }
}

Device::Answer Device::identity(const std::string& target) const
{
    const auto action = argument(target, "action");
    const auto* model = config_.kind == Kind::plate  ? "ITC413-PW4D-IZ1"
                        : config_.kind == Kind::face ? "ASI7213Y-V3"
                                                     : "IPC-HDW1431T1-S4";
    Answer said;
    if (action == "getDeviceType")
        said.body = fmt::format("type={}\r\n", model);
    else if (action == "getSerialNo")
        said.body = fmt::format("sn={}\r\n", config_.serial);
    else if (action == "getSoftwareVersion")
        said.body = "version=1.000.0000001.0.R,build:2023-01-01\r\n";
    else
        said.status = 400;
    return said;
}

Device::Answer Device::answer(const Request& request, const std::string& peer)
{
    const auto& path = request.path;
    const auto action = argument(request.target, "action");
    if (path == "/cgi-bin/magicBox.cgi") return identity(request.target);
    Answer said;
    if (path == "/cgi-bin/global.cgi" && action == "getCurrentTime") {
        said.body = "result=" + local_now() + "\r\n";
        return said;
    }
    if (path == "/cgi-bin/global.cgi" && action == "setCurrentTime") {
        moods_.clock_skew = Span(0);
        return said;
    }
    if (path == "/cgi-bin/configManager.cgi" && argument(request.target, "name") == "NTP") {
        said.body = "table.NTP.Enable=false\r\ntable.NTP.TimeZone=13\r\n";
        return said;
    }
    const bool face = config_.kind == Kind::face;
    if (path == "/cgi-bin/accessControl.cgi" && face) {
        if (action == "openDoor" || action == "closeDoor")
            return move("door/" + argument(request.target, "channel"),
                        action == "openDoor" ? "open" : "close", path, peer);
        said.body = fmt::format("Info.status={}\r\n", open_ ? "Open" : "Close");
        return said;
    }
    if (path == "/cgi-bin/trafficSnap.cgi" && action == "openStrobe" && !face)
        return move("barrier/1", "open", path, peer);
    if (path == "/cgi-bin/api/trafficSnap/closeStrobe" && request.method == "POST" && !face)
        return move("barrier/1", "close", path, peer);
    if (path == "/cgi-bin/trafficSnap.cgi" && action == "manSnap" && !face) {
        happen("TrafficManualSnap", "", true);
        return said;
    }
    if (path == "/cgi-bin/recordFinder.cgi") return find_records(request.target);
    if (path == "/cgi-bin/recordUpdater.cgi") return update_list(request.target);
    said.status = 400; // also for what the firmware does not know (fact sheet §1)
    said.body = "Error\r\nBad Request!\r\n";
    return said;
}

Device::Answer Device::move(const std::string& output, const std::string& action, const std::string& path,
                            const std::string& peer)
{
    Answer said;
    const bool refused = moods_.command == CommandMood::refuse;
    const bool open = action == "open";
    Oracle::Command command;
    command.device = config_.id;
    command.output = output;
    command.action = action;
    command.moved = !refused;
    command.peer = peer;
    command.path = path;
    oracle_.command(command);
    if (refused) {
        said.status = 400;
        said.body = "Error\r\nBad Request!\r\n";
        return said;
    }
    ++seen_.moves;
    open_ = open;
    if (config_.kind == Kind::face)
        tell_text(
            fmt::format("Code=DoorStatus;action=Pulse;index=0;data={{\n   \"Status\" : \"{}\",\n   \"UTC\" : "
                        "{}\n}}\n",
                        open ? "Open" : "Close", now()));
    said.silent = moods_.command == CommandMood::silent;
    said.late = moods_.command == CommandMood::late;
    return said;
}

// ---- records and lists ----

std::vector<Device::Row> Device::rows_of(const std::string& name) const
{
    if (name != "AccessControlCardRec") {
        const auto at = lists_.find(name);
        return at == lists_.end() ? std::vector<Row>() : at->second;
    }
    std::vector<Row> rows;
    for (const auto& record : log_) {
        Row row;
        for (const auto& [field, value] : fields_of(record))
            row[field] = value;
        row["CreateTime"] = std::to_string(record.time);
        rows.push_back(std::move(row));
    }
    return rows;
}

// The times asked for are ignored, as one firmware does (fact sheet §5).
Device::Answer Device::find_records(const std::string& target) const
{
    Answer said;
    const auto action = argument(target, "action");
    const auto name = argument(target, "name");
    const bool people = name == "AccessControlCard";
    if ((action == "doSeekFind" && config_.no_seek) || (people && config_.no_people) ||
        (action != "find" && action != "doSeekFind" && action != "getQuerySize")) {
        said.status = 400;
        return said;
    }
    auto rows = rows_of(name);
    if (action == "getQuerySize") {
        said.body = fmt::format("count={}\r\n", rows.size());
        return said;
    }
    if (config_.newest_first) std::reverse(rows.begin(), rows.end());
    const auto count = number_of_text(argument(target, "count"), 100);
    const auto offset = action == "find" ? 0 : number_of_text(argument(target, "offset"), 0);
    std::string body;
    std::size_t found = 0;
    for (auto i = offset; i < rows.size() && found < count; ++i, ++found)
        for (const auto& [field, value] : rows[i])
            body += fmt::format("records[{}].{}={}\r\n", found, field, value);
    said.body = fmt::format("totalCount={}\r\nfound={}\r\n", rows.size(), found) + body;
    return said;
}

Device::Answer Device::update_list(const std::string& target)
{
    Answer said;
    const auto action = argument(target, "action");
    const auto name = argument(target, "name");
    const auto wanted = argument(target, "recno");
    auto& rows = lists_[name];
    const auto held =
        std::find_if(rows.begin(), rows.end(), [&](Row& row) { return row["RecNo"] == wanted; });
    const bool known = held != rows.end();
    if ((action != "insert" && !known) || (name == "AccessControlCard" && config_.no_people)) {
        said.status = 400;
        return said;
    }
    if (action == "remove") {
        rows.erase(held);
        return said;
    }
    Row row = known ? *held : Row{{"RecNo", std::to_string(++next_row_)}};
    std::string_view query(target);
    query.remove_prefix(std::min(query.find('?') + 1, query.size()));
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const auto key = std::string(pair.substr(0, pair.find('=')));
        if (key != "action" && key != "name" && key != "recno")
            row[key] = unescaped(pair.substr(std::min(pair.find('=') + 1, pair.size())));
    }
    if (known) {
        *held = std::move(row);
        return said;
    }
    said.body = "RecNo=" + row["RecNo"] + "\r\n";
    rows.push_back(std::move(row));
    return said;
}

} // namespace gatehouse::sim::dahua
