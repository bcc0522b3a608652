#include "tests/fakes/fake_dahua.hpp"

#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::fakes {
namespace {

std::string argument(const std::string& target, const std::string& name)
{
    auto value = between(target, "&" + name + "=", "&");
    if (value.empty()) value = between(target, "?" + name + "=", "&");
    return unescaped(value);
}

std::size_t number(const std::string& text, std::size_t fallback)
{
    return text.empty() ? fallback : static_cast<std::size_t>(std::stoll(text));
}

} // namespace

FakeDahua::FakeDahua(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(std::move(executor))
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeDahua::connect(base::Target)
{
    if (!present || (blocks_port && !streams_.empty())) co_return base::Errc::unreachable;
    ++connections;
    auto ends = connected(executor_, "192.0.2.41");
    StreamPtr ours = std::move(ends.second);
    connections_.push_back(ours);
    tasks_.spawn("fake device", serve(std::move(ours)));
    co_return std::move(ends.first);
}

void FakeDahua::stop()
{
    cut();
    tasks_.cancel();
}

void FakeDahua::cut()
{
    streams_.clear();
    for (const auto& connection : connections_)
        if (const auto alive = connection.lock()) alive->close();
    connections_.clear();
}

asio::awaitable<void> FakeDahua::write(StreamPtr stream, std::string bytes)
{
    (void)co_await stream->write(
        std::as_bytes(std::span(bytes))); // a gateway that hung up is its own business
}

asio::awaitable<void> FakeDahua::serve(StreamPtr stream)
{
    std::string buffer;
    std::array<std::byte, 4096> chunk{};
    for (;;) {
        const auto end = buffer.find("\r\n\r\n");
        std::size_t length = 0;
        if (end != std::string::npos) length = number(between(buffer, "Content-Length: ", "\r\n"), 0);
        if (end == std::string::npos || buffer.size() < end + 4 + length) {
            const auto size = co_await stream->read_some(chunk);
            if (!size) break;
            buffer.append(reinterpret_cast<const char*>(chunk.data()), *size);
            continue;
        }
        Request request;
        const auto head = buffer.substr(0, end + 2);
        request.method = head.substr(0, head.find(' '));
        request.target = between(head, " ", " HTTP/");
        request.with_credentials = head.find("\r\nAuthorization: ") != std::string::npos;
        request.body = buffer.substr(end + 4, length);
        buffer.erase(0, end + 4 + length);
        const bool go_on = co_await answer(stream, std::move(request));
        if (!go_on) break;
    }
    std::erase(streams_, stream);
    stream->close();
}

asio::awaitable<bool> FakeDahua::answer(StreamPtr stream, Request request)
{
    requests.push_back(request);
    if (on_request) on_request(request);
    std::string head;
    if (!request.with_credentials || !password_right) {
        head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"Login to 6C01E93PAG69A7D\", "
               "qop=\"auth\", nonce=\"4e6a\", opaque=\"1\"\r\nContent-Length: 0\r\n\r\n";
        co_await write(stream, std::move(head));
        co_return true;
    }
    const bool events = request.target.starts_with("/cgi-bin/eventManager.cgi?action=attach&") && has_events;
    const bool snaps =
        request.target.starts_with("/cgi-bin/snapManager.cgi?action=attachFileProc&") && has_snaps;
    if (events || snaps) {
        head = "HTTP/1.1 200 OK\r\nServer: Device/1.0\r\nCONNECTION: close\r\n"
               "Content-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n";
        co_await write(stream, std::move(head));
        streams_.push_back(stream);
        co_return true;
    }
    const auto reply = reply_to(request);
    if (reply.hang_up) co_return false;
    if (reply.ignore) co_return true;
    head = fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n", reply.status,
                       reply.type, reply.body.size()) +
           reply.body;
    co_await write(stream, std::move(head));
    co_return true;
}

FakeDahua::Reply FakeDahua::text(std::string body)
{
    Reply reply;
    reply.body = std::move(body);
    return reply;
}

FakeDahua::Reply FakeDahua::bad_request()
{
    auto reply = text("Error\r\nBad Request!\r\n");
    reply.status = 400;
    return reply;
}

FakeDahua::Reply FakeDahua::reply_to(const Request& request)
{
    const auto& target = request.target;
    for (const auto& [prefix, reply] : replies)
        if (target.starts_with(prefix)) return reply;
    const auto is = [&](const char* what) { return target.starts_with(what); };
    if (is("/cgi-bin/magicBox.cgi?action=getDeviceType")) return text("type=ASI7213Y-V3\r\n");
    if (is("/cgi-bin/magicBox.cgi?action=getSerialNo")) return text("sn=" + serial + "\r\n");
    if (is("/cgi-bin/magicBox.cgi?action=getSoftwareVersion"))
        return text("version=1.000.0000001.0.R,build:2021-01-01\r\n");
    if (is("/cgi-bin/global.cgi?action=getCurrentTime")) return text("result=" + local_now() + "\r\n");
    if (is("/cgi-bin/global.cgi?action=setCurrentTime")) {
        if (clock_settable) clock_skew = {};
        return text("OK\r\n");
    }
    if (is("/cgi-bin/configManager.cgi?action=getConfig&name=NTP"))
        return text(fmt::format("table.NTP.Enable={}\r\ntable.NTP.TimeZone=13\r\n", ntp));
    if (is("/cgi-bin/accessControl.cgi?action=getDoorStatus"))
        return door_status.empty() ? bad_request() : text("Info.status=" + door_status + "\r\n");
    if (is("/cgi-bin/accessControl.cgi?action=openDoor") ||
        is("/cgi-bin/accessControl.cgi?action=closeDoor") ||
        is("/cgi-bin/trafficSnap.cgi?action=openStrobe") || is("/cgi-bin/trafficSnap.cgi?action=manSnap"))
        return text("OK\r\n");
    if (is("/cgi-bin/api/trafficSnap/closeStrobe") && request.method == "POST") return text("{}");
    if (is("/cgi-bin/recordFinder.cgi?action=getQuerySize"))
        return legacy_people ? text(fmt::format("count={}\r\n", lists[argument(target, "name")].size()))
                             : bad_request();
    if (is("/cgi-bin/recordFinder.cgi?action=find") ||
        (is("/cgi-bin/recordFinder.cgi?action=doSeekFind") && seeks))
        return find_records(request);
    if (is("/cgi-bin/recordUpdater.cgi?action=")) return update_list(request);
    return bad_request();
}

// The times asked for are ignored, as one firmware does.
FakeDahua::Reply FakeDahua::find_records(const Request& request) const
{
    const auto name = argument(request.target, "name");
    std::vector<Row> rows;
    if (name == "AccessControlCardRec") {
        for (const auto& record : records) {
            Row row;
            row["RecNo"] = std::to_string(record.number);
            row["CreateTime"] = std::to_string(record.time);
            row["UserID"] = record.user;
            row["CardNo"] = "";
            row["Door"] = "0";
            row["Method"] = std::to_string(record.method);
            row["Status"] = std::to_string(record.status);
            row["ReaderID"] = "1";
            row["Type"] = "Entry";
            rows.push_back(std::move(row));
        }
    } else if (const auto at = lists.find(name); at != lists.end()) {
        rows = at->second;
    }
    if (newest_first) std::reverse(rows.begin(), rows.end());
    const auto offset = number(argument(request.target, "offset"), 0);
    const auto count = std::min(page_max, number(argument(request.target, "count"), 100));
    std::string body;
    std::size_t found = 0;
    for (auto i = offset; i < rows.size() && found < count; ++i, ++found)
        for (const auto& [key, value] : rows[i])
            body += fmt::format("records[{}].{}={}\r\n", found, key, value);
    return text(fmt::format("totalCount={}\r\nfound={}\r\n", rows.size(), found) + body);
}

FakeDahua::Reply FakeDahua::update_list(const Request& request)
{
    const auto& target = request.target;
    auto& rows = lists[argument(target, "name")];
    const auto action = argument(target, "action");
    const auto wanted = argument(target, "recno");
    const auto held =
        std::find_if(rows.begin(), rows.end(), [&](Row& row) { return row["RecNo"] == wanted; });
    if (action == "remove" && held != rows.end()) {
        rows.erase(held);
        return text("OK\r\n");
    }
    if (action != "insert" && action != "update") return bad_request();
    if (action == "update" && held == rows.end()) return bad_request();
    Row row = action == "update" ? *held : Row{{"RecNo", std::to_string(next_row_++)}};
    auto query = target.substr(target.find('&') + 1) + "&";
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.erase(0, pair.size() + 1);
        const auto key = pair.substr(0, pair.find('='));
        if (key != "name" && key != "recno") row[key] = unescaped(pair.substr(pair.find('=') + 1));
    }
    const auto made = row["RecNo"];
    if (action == "update")
        *held = std::move(row);
    else
        rows.push_back(std::move(row));
    return text(action == "update" ? std::string("OK\r\n") : "RecNo=" + made + "\r\n");
}

std::string FakeDahua::local_now() const
{
    constexpr std::chrono::hours china{8};
    const auto local = std::chrono::floor<std::chrono::seconds>(clock_.wall() + clock_skew + china);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(local)));
}

std::int64_t FakeDahua::now_seconds() const
{
    return std::chrono::floor<std::chrono::seconds>((clock_.wall() + clock_skew).time_since_epoch()).count();
}

// ---- events ----

void FakeDahua::send(std::string bytes)
{
    for (std::size_t i = 0; i < streams_.size(); ++i)
        if (i == only.value_or(i)) tasks_.spawn("fake event", write(streams_[i], bytes));
}

void FakeDahua::send_text(const std::string& text, bool with_length)
{
    // No blank after the colon, as recorded (sheet §3).
    const auto length = with_length ? fmt::format("Content-Length:{}\r\n", text.size()) : std::string();
    send("--myboundary\r\nContent-Type: text/plain\r\n" + length + "\r\n" + text + "\r\n");
}

void FakeDahua::send_jpeg(const std::string& bytes)
{
    send(fmt::format("--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n{}\r\n",
                     bytes.size(), bytes));
}

void FakeDahua::pass(int number, const std::string& user)
{
    Record record;
    record.number = number;
    record.time = now_seconds();
    record.user = user;
    records.push_back(record);
    send_text(access(record));
}

std::string FakeDahua::access(const Record& record) const
{
    return fmt::format(
        "Code=AccessControl;action=Pulse;index=0;data={{\n"
        "   \"CardName\" : \"Person A\",\n   \"CardNo\" : \"\",\n   \"CreateTime\" : {0},\n"
        "   \"Door\" : 0,\n   \"ErrorCode\" : 0,\n   \"Method\" : {1},\n   \"ReaderID\" : \"1\",\n"
        "{4}   \"RealUTC\" : {0},\n   \"Status\" : {2},\n   \"Type\" : \"Entry\",\n   \"UTC\" : {0},\n"
        "   \"UserID\" : \"{3}\"\n}}\n",
        record.time, record.method, record.status, record.user,
        numbers_live ? fmt::format("   \"RecNo\" : {},\n", record.number) : std::string());
}

std::size_t FakeDahua::asked(const std::string& target) const
{
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [&](const Request& request) {
            return request.with_credentials && request.target.starts_with(target);
        }));
}

} // namespace gatehouse::fakes
