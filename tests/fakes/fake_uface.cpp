#include "tests/fakes/fake_uface.hpp"

#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::fakes {
namespace {

constexpr std::string_view done = R"({"result":1,"success":true,"msg":"ok","code":"LAN_SUS-0"})";
constexpr std::string_view nobody =
    R"({"result":1,"success":false,"msg":"no such person","code":"LAN_EXP-1006"})";

std::string form_text(std::string text)
{
    std::replace(text.begin(), text.end(), '+', ' ');
    return unescaped(text);
}

void read_form(const std::string& text, std::map<std::string, std::string>& into)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('&', at), text.size());
        const auto pair = text.substr(at, end - at);
        const auto equals = pair.find('=');
        if (equals != std::string::npos)
            into[form_text(pair.substr(0, equals))] = form_text(pair.substr(equals + 1));
        at = end + 1;
    }
}

// YYYY-MM-DD HH:MM:SS at +08:00.
base::WallTime wall_of(const std::string& text)
{
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6) return {};
    const std::chrono::sys_days day{std::chrono::year(y) / mo / d};
    return base::WallTime(day.time_since_epoch() + std::chrono::hours(h - 8) + std::chrono::minutes(mi) +
                          std::chrono::seconds(s));
}

} // namespace

FakeUface::FakeUface(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(std::move(executor))
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeUface::connect(base::Target)
{
    if (!present) co_return base::Errc::unreachable;
    auto ends = connected(executor_, "192.0.2.41");
    StreamPtr ours = std::move(ends.second);
    connections_.push_back(ours);
    tasks_.spawn("fake terminal", serve(std::move(ours)));
    co_return std::move(ends.first);
}

void FakeUface::stop()
{
    cut();
    tasks_.cancel();
}

void FakeUface::cut()
{
    for (const auto& connection : connections_)
        if (const auto alive = connection.lock()) alive->close();
    connections_.clear();
}

asio::awaitable<void> FakeUface::serve(StreamPtr stream)
{
    std::string buffer;
    std::array<std::byte, 4096> chunk{};
    for (;;) {
        auto end = buffer.find("\r\n\r\n");
        std::size_t length = 0;
        if (end != std::string::npos) {
            const auto at = buffer.find("Content-Length: ");
            if (at < end) length = std::stoul(buffer.substr(at + 16));
        }
        if (end == std::string::npos || buffer.size() < end + 4 + length) {
            const auto size = co_await stream->read_some(chunk);
            if (!size) co_return;
            buffer.append(reinterpret_cast<const char*>(chunk.data()), *size);
            continue;
        }
        Request request;
        request.method = buffer.substr(0, buffer.find(' '));
        const auto from = request.method.size() + 1;
        const auto target = buffer.substr(from, buffer.find(' ', from) - from);
        request.path = target.substr(0, target.find('?'));
        if (target.find('?') != std::string::npos)
            read_form(target.substr(target.find('?') + 1), request.fields);
        request.body = buffer.substr(end + 4, length);
        read_form(request.body, request.fields);
        buffer.erase(0, end + 4 + length);
        asked.push_back(request);
        if (mute) continue;
        const auto body = answer(request);
        if (body.empty()) continue;
        const auto reply = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                       "Content-Length: {}\r\n\r\n{}",
                                       body.size(), body);
        (void)co_await stream->write(std::as_bytes(std::span(reply)));
    }
}

int FakeUface::count(const std::string& path) const
{
    return static_cast<int>(
        std::count_if(asked.begin(), asked.end(), [&](const auto& one) { return one.path == path; }));
}

std::string FakeUface::answer(const Request& request)
{
    if (request.path.starts_with("/snapshot/")) return snapshot;
    const auto field = [&](const char* name) {
        const auto at = request.fields.find(name);
        return at == request.fields.end() ? std::string() : at->second;
    };
    if (field("pass") != password)
        return R"({"result":1,"success":false,"msg":"密码错误","code":"LAN_EXP-1001"})";
    if (const auto own = answers.find(request.path); own != answers.end()) return own->second;
    if (request.path == "/getDeviceKey")
        return R"({"result":1,"success":true,"data":")" + device_key + R"("})";
    if (request.path == "/device/information") {
        std::string data =
            fmt::format(R"("personCount":{},"faceCount":{},"version":"1.17")", persons.size(), faces.size());
        if (information_has_key) data += R"(,"deviceKey":")" + device_key + '"';
        if (information_has_time)
            data += fmt::format(R"(,"time":{})", (clock_.wall() + skew).time_since_epoch().count());
        return R"({"result":1,"success":true,"data":{)" + data + "}}";
    }
    if (request.path == "/setTime") {
        time_set = field("timestamp");
        skew = {};
        return std::string(done);
    }
    if (request.path == "/device/openDoorControl") {
        ++opened;
        return std::string(done);
    }
    if (request.path.starts_with("/set")) {
        addresses[request.path] = field(request.path == "/setIdentifyCallBack" ? "callbackUrl" : "url");
        if (request.path == "/setIdentifyCallBack") base64_enable = field("base64Enable");
        return std::string(done);
    }
    if (request.path == "/newFindRecords") return page_of_records(request);
    if (request.path == "/person/findByPage") return page_of_persons(request);
    return person_order(request);
}

std::string FakeUface::person_order(const Request& request)
{
    const auto field = [&](const char* name) {
        const auto at = request.fields.find(name);
        return at == request.fields.end() ? std::string() : at->second;
    };
    const auto person = field("person");
    const bool creates = request.path == "/person/create";
    if (creates || request.path == "/person/update") {
        const auto id = member(person, "id");
        if (creates == persons.contains(id))
            return R"({"result":1,"success":false,"msg":"wrong way round","code":"LAN_EXP-3009"})";
        if (!forgets_persons) persons[id] = member(person, "name");
        return std::string(done);
    }
    if (request.path == "/person/find") {
        if (!persons.contains(field("id"))) return std::string(nobody);
        return R"({"result":1,"success":true,"data":[{"id":")" + field("id") + R"(","name":")" +
               persons[field("id")] + R"(","idcardNum":""}]})";
    }
    if (request.path == "/person/delete")
        return persons.erase(field("id")) > 0 ? std::string(done) : std::string(nobody);
    const auto owner = field("personId");
    if (request.path == "/face/deletePerson") {
        faces.erase(owner);
        return std::string(done);
    }
    if (request.path == "/face/find") {
        if (!faces.contains(owner)) return R"({"result":1,"success":true,"data":[]})";
        return R"({"result":1,"success":true,"data":[{"faceId":")" + owner + R"(","personId":")" + owner +
               R"("}]})";
    }
    if (request.path == "/face/create" || request.path == "/face/update") {
        if (!persons.contains(owner)) return std::string(nobody);
        if ((request.path == "/face/create") == faces.contains(owner))
            return R"({"result":1,"success":false,"msg":"wrong way round","code":"LAN_EXP-3009"})";
        faces[owner] = field("imgBase64");
        return std::string(done);
    }
    return R"({"result":0,"success":false,"msg":"unknown interface"})";
}

std::string FakeUface::page_of_persons(const Request& request)
{
    const auto length = std::stoul(request.fields.at("length"));
    const auto first = std::stoul(request.fields.at("index")) * length;
    std::string rows;
    std::size_t n = 0;
    for (const auto& [id, name] : persons) {
        if (n++ < first || n > first + length) continue;
        rows += (rows.empty() ? "" : ",") + fmt::format(R"({{"id":"{}","name":"{}"}})", id, name);
    }
    return fmt::format(R"({{"result":1,"success":true,"data":{{"pageInfo":{{"total":{}}},"{}":[{}]}}}})",
                       persons.size(), rows_name, rows);
}

std::string FakeUface::page_of_records(const Request& request)
{
    const auto from = wall_of(request.fields.at("startTime"));
    const auto until = wall_of(request.fields.at("endTime"));
    std::vector<Row> fit;
    std::copy_if(log.begin(), log.end(), std::back_inserter(fit),
                 [&](const Row& row) { return row.time >= from && row.time <= until; });
    if (fit.empty()) return std::string(nobody);
    const auto length = std::stoul(request.fields.at("length"));
    const auto first = std::stoul(request.fields.at("index")) * length;
    std::string rows;
    for (std::size_t n = first; n < std::min(fit.size(), first + length); ++n)
        rows += (rows.empty() ? "" : ",") +
                fmt::format(R"({{"id":{},"personId":"{}","type":"{}","time":{}}})", n + 1, fit[n].person,
                            fit[n].type, fit[n].time.time_since_epoch().count());
    return fmt::format(R"({{"result":1,"success":true,"data":{{"pageInfo":{{"total":{}}},"records":[{}]}}}})",
                       fit.size(), rows);
}

} // namespace gatehouse::fakes
