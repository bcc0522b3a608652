#include "tests/fakes/fake_isapi.hpp"

#include "gateway/base/time_text.hpp"
#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::fakes {
namespace {

constexpr std::chrono::minutes site_offset{480};

int number_after(const std::string& text, const std::string& key, int fallback)
{
    const auto at = text.find(key);
    return at == std::string::npos ? fallback : std::atoi(text.c_str() + at + key.size());
}

std::string path_of(const std::string& target)
{
    return target.substr(0, target.find('?'));
}

std::string header(const std::string& head, const std::string& name)
{
    return between(head, "\r\n" + name + ": ", "\r\n");
}

} // namespace

FakeIsapi::FakeIsapi(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(std::move(executor))
{
    http_hosts = hosts({"0.0.0.0", "0.0.0.0"});
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeIsapi::connect(base::Target)
{
    if (!present) co_return base::Errc::unreachable;
    base::Wakeup never(executor_);
    while (black_hole)
        co_await never.wait();
    ++connections;
    auto ends = connected(executor_, "192.0.2.22");
    StreamPtr ours = std::move(ends.second);
    connections_.push_back(ours);
    tasks_.spawn("fake device", serve(std::move(ours)));
    co_return std::move(ends.first);
}

void FakeIsapi::stop()
{
    cut();
    tasks_.cancel();
}

void FakeIsapi::cut()
{
    streams_.clear();
    for (const auto& connection : connections_)
        if (const auto alive = connection.lock()) alive->close();
    connections_.clear();
}

asio::awaitable<void> FakeIsapi::write(StreamPtr stream, std::string bytes)
{
    (void)co_await stream->write(
        std::as_bytes(std::span(bytes))); // a gateway that hung up is its own business
}

asio::awaitable<void> FakeIsapi::serve(StreamPtr stream)
{
    std::string buffer;
    std::array<std::byte, 4096> chunk{};
    for (;;) {
        auto end = buffer.find("\r\n\r\n");
        std::size_t length = 0;
        if (end != std::string::npos)
            length = static_cast<std::size_t>(std::atoi(header(buffer, "Content-Length").c_str()));
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

asio::awaitable<bool> FakeIsapi::answer(StreamPtr stream, Request request)
{
    requests.push_back(request);
    if (on_request) on_request(request);
    const auto path = path_of(request.target);
    const bool open_to_all = path == "/ISAPI/Security/userCheck" && !request.with_credentials && locked;
    std::string head;
    if (!open_to_all && (!request.with_credentials || !password_right)) {
        head =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest qop=\"auth\", realm=\"IP Camera(C1234)\", "
            "nonce=\"4e6a\", stale=\"FALSE\"\r\nContent-Length: 0\r\n\r\n";
        co_await write(stream, std::move(head));
        co_return true;
    }
    if (path == "/ISAPI/Event/notification/alertStream" && has_alert_stream &&
        !replies.contains("GET " + path)) {
        head = "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=boundary\r\n\r\n";
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

FakeIsapi::Reply FakeIsapi::xml(std::string body)
{
    Reply reply;
    reply.body = std::move(body);
    return reply;
}

FakeIsapi::Reply FakeIsapi::status(int http, int code, std::string sub)
{
    auto reply = xml(fmt::format(
        "<ResponseStatus version=\"2.0\"><statusCode>{}</statusCode><statusString>{}</statusString>"
        "<subStatusCode>{}</subStatusCode></ResponseStatus>",
        code, code == 1 ? "OK" : "Error", sub));
    reply.status = http;
    return reply;
}

FakeIsapi::Reply FakeIsapi::reply_to(const Request& request)
{
    const auto path = path_of(request.target);
    if (const auto scripted = replies.find(request.method + " " + path); scripted != replies.end())
        return scripted->second;
    if (path == "/ISAPI/System/deviceInfo")
        return xml(fmt::format(
            "<DeviceInfo><deviceName>d</deviceName><model>DS-K1T341AM</model><serialNumber>{}</serialNumber>"
            "<macAddress>00:11:22:33:44:55</macAddress><firmwareVersion>V3.2.30</firmwareVersion>"
            "<deviceType>ACS</deviceType></DeviceInfo>",
            serial));
    if (path == "/ISAPI/Security/userCheck")
        return xml(locked
                       ? "<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString>"
                         "<lockStatus>lock</lockStatus><unlockTime>1500</unlockTime></userCheck>"
                       : "<userCheck><statusValue>200</statusValue><statusString>OK</statusString>"
                         "<lockStatus>unlock</lockStatus></userCheck>");
    if (path == "/ISAPI/System/time" && time_readable) return time(request);
    if (path == "/ISAPI/AccessControl/AcsEvent") return search(request);
    if (path.find("/vehicleDetect/plates") != std::string::npos) return plate_search(request);
    if (path == "/ISAPI/Event/notification/httpHosts") {
        if (request.method == "GET") return xml(http_hosts);
        if (hosts_keep) http_hosts = request.body;
        return status(200, 1, "ok");
    }
    if (path == "/ISAPI/AccessControl/RemoteControl/door/capabilities")
        return xml("<RemoteControlDoor><doorNo min=\"1\" max=\"2\"/><cmd opt=\"" + door_commands +
                   "\"/></RemoteControlDoor>");
    if (path.starts_with("/ISAPI/AccessControl/RemoteControl/door/")) return status(200, 1, "ok");
    if (path == "/ISAPI/Parking/channels/1/barrierGate") return status(200, 1, "ok");
    if (path.ends_with("/barrierGateStatus") && gate_state >= 0)
        return xml(
            fmt::format("<BarrierGate><barrierGateStatus>{}</barrierGateStatus></BarrierGate>", gate_state));
    if (auto listed = lists.answer(request.method, path, request.body)) {
        Reply reply;
        reply.status = listed->status;
        reply.type = std::move(listed->type);
        reply.body = std::move(listed->body);
        return reply;
    }
    auto missing = xml("<!DOCTYPE html><html><body>404</body></html>");
    missing.status = 404;
    missing.type = "text/html";
    return missing;
}

FakeIsapi::Reply FakeIsapi::time(const Request& request)
{
    if (request.method == "PUT") {
        if (clock_settable) clock_skew = {};
        return status(200, 1, "ok");
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now());
    return xml("<Time><timeMode>" + time_mode + "</timeMode><localTime>" +
               base::format_time(seconds, site_offset) + "</localTime><timeZone>" + time_zone +
               "</timeZone></Time>");
}

FakeIsapi::Reply FakeIsapi::search(const Request& request) const
{
    const auto from = base::parse_time(between(request.body, "\"startTime\":\"", "\""), site_offset);
    const auto to = base::parse_time(between(request.body, "\"endTime\":\"", "\""), site_offset);
    const auto position =
        static_cast<std::size_t>(number_after(request.body, "\"searchResultPosition\":", 0));
    const auto count = static_cast<std::size_t>(number_after(request.body, "\"maxResults\":", 30));
    std::vector<const Record*> found;
    for (const auto& record : records)
        if ((!from || record.time >= from->time) && (!to || record.time < to->time + std::chrono::seconds(1)))
            found.push_back(&record);
    if (newest_first) std::reverse(found.begin(), found.end());
    std::string rows;
    std::size_t sent = 0;
    for (auto i = position; i < found.size() && sent < count; ++i, ++sent) {
        rows += fmt::format(
            R"({}{{"major":{},"minor":{},"time":"{}","employeeNoString":"{}","doorNo":1,"serialNo":{},"pictureURL":"{}"}})",
            sent > 0 ? "," : "", found[i]->major, found[i]->minor,
            base::format_time(found[i]->time, site_offset), found[i]->person, found[i]->serial,
            found[i]->picture_url);
    }
    Reply reply;
    reply.type = "application/json";
    reply.body = fmt::format(
        R"({{"AcsEvent":{{"searchID":"x","responseStatusStrg":"{}","numOfMatches":{},"totalMatches":{},"InfoList":[{}]}}}})",
        sent == 0                        ? "NO MATCH"
        : position + sent < found.size() ? "MORE"
                                         : "OK",
        sent, found.size(), rows);
    return reply;
}

FakeIsapi::Reply FakeIsapi::plate_search(const Request& request) const
{
    const auto after = between(request.body, "<picTime>", "</picTime>");
    std::string rows;
    std::size_t sent = 0;
    for (const auto& row : plates)
        if (row.capture_time > after && sent++ < plates_page)
            rows += "<Plate><captureTime>" + row.capture_time + "</captureTime><plateNumber>" + row.plate +
                    "</plateNumber><picName>" + row.picture +
                    "</picName><direction>forward</direction></Plate>";
    return xml("<Plates>" + rows + "</Plates>");
}

// ---- events ----

void FakeIsapi::send(std::string bytes)
{
    for (const auto& stream : streams_)
        tasks_.spawn("fake event", write(stream, bytes));
}

void FakeIsapi::send_document(const std::string& document)
{
    send(fmt::format("--boundary\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}\r\n",
                     document.front() == '{' ? "application/json" : "application/xml; charset=\"UTF-8\"",
                     document.size(), document));
}

void FakeIsapi::send_picture(const std::string& name, const std::string& bytes)
{
    send(fmt::format("--boundary\r\nContent-Disposition: form-data; name=\"{0}\"; "
                     "filename=\"{0}\"\r\nContent-Type: image/jpeg\r\n"
                     "Content-Length: {1}\r\n\r\n{2}\r\n",
                     name, bytes.size(), bytes));
}

void FakeIsapi::happen(std::uint64_t serial_no, const std::string& person)
{
    Record record;
    record.serial = serial_no;
    record.time = now();
    record.person = person;
    records.push_back(record);
    send_document(access(record));
}

std::size_t FakeIsapi::asked(const std::string& method, const std::string& target) const
{
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [&](const Request& request) {
            return request.method == method && path_of(request.target) == target && request.with_credentials;
        }));
}

// ---- documents ----

std::string FakeIsapi::access(const Record& record) const
{
    return fmt::format(
        R"({{"ipAddress":"192.0.2.22","portNo":80,"macAddress":"00:11:22:33:44:55","channelID":1,)"
        R"("dateTime":"{}","activePostCount":1,"eventType":"AccessControllerEvent","eventState":"active",)"
        R"("AccessControllerEvent":{{"majorEventType":{},"subEventType":{},"employeeNoString":"{}","doorNo":1,)"
        R"("cardReaderNo":1,"serialNo":{},"currentVerifyMode":"face","currentEvent":true}}}})",
        base::format_time(record.time, site_offset), record.major, record.minor, record.person,
        record.serial);
}

std::string FakeIsapi::condition(const std::string& type, bool active) const
{
    return fmt::format(
        "<EventNotificationAlert version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">"
        "<ipAddress>192.0.2.22</ipAddress><channelID>1</channelID><dateTime>{}</dateTime><activePostCount/>"
        "<eventType>{}</eventType><eventState>{}</eventState><inputIOPortID>1</inputIOPortID>"
        "</EventNotificationAlert>",
        base::format_time(now(), site_offset), type, active ? "active" : "inactive");
}

std::string FakeIsapi::heartbeat() const
{
    return condition("videoloss", false);
}

std::string FakeIsapi::plate(const std::string& uuid, const std::string& text, int pictures, bool more) const
{
    const auto local = std::chrono::floor<std::chrono::seconds>(now() + site_offset);
    std::string list;
    for (int i = 0; i < pictures; ++i)
        list += fmt::format("<pictureInfo><fileName>picture{}.jpg</fileName><type>detectionPicture</"
                            "type><dataType>0</dataType>"
                            "<absTime>{:%Y%m%d%H%M%S}000</absTime></pictureInfo>",
                            i, fmt::gmtime(std::chrono::system_clock::to_time_t(local)));
    return fmt::format(
        "<EventNotificationAlert version=\"2.0\"><ipAddress>192.0.2.22</ipAddress><channelID>1</channelID>"
        "<dateTime>{}</dateTime><activePostCount>1</activePostCount><eventType>ANPR</eventType>"
        "<eventState>active</eventState><ANPR><licensePlate>{}</licensePlate><line>1</line>"
        "<direction>forward</direction><confidenceLevel>98</confidenceLevel><pictureInfoList>{}</"
        "pictureInfoList>"
        "</ANPR><UUID>{}</UUID><picNum>{}</picNum>{}</EventNotificationAlert>",
        base::format_time(now(), site_offset), text, list, uuid, pictures,
        more ? "<hasMoreData>true</hasMoreData>" : "");
}

std::string FakeIsapi::hosts(const std::vector<std::string>& addresses)
{
    std::string list;
    int id = 0;
    for (const auto& address : addresses)
        list += fmt::format("<HttpHostNotification><id>{}</id><url>{}</url><protocolType>HTTP</protocolType>"
                            "<parameterFormatType>XML</parameterFormatType><addressingFormatType>ipaddress</"
                            "addressingFormatType>"
                            "<ipAddress>{}</ipAddress><portNo>80</portNo><httpAuthenticationMethod>none</"
                            "httpAuthenticationMethod>"
                            "</HttpHostNotification>",
                            ++id, address == "0.0.0.0" ? "/" : "/other", address);
    return "<HttpHostNotificationList version=\"2.0\">" + list + "</HttpHostNotificationList>";
}

} // namespace gatehouse::fakes
