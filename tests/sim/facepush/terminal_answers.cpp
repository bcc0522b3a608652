// What the terminal answers on its port (fact sheet A1).
#include "tests/sim/facepush/terminal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace gatehouse::sim::facepush {
namespace {

constexpr const char* done = R"({"result":1,"success":true,"msg":"ok","code":"LAN_SUS-0"})";
constexpr const char* not_there =
    R"({"result":1,"success":false,"msg":"no such person","code":"LAN_EXP-1006"})";
constexpr const char* refused = R"({"result":1,"success":false,"msg":"refused","code":"LAN_EXP-9000"})";
constexpr const char* wrong_password =
    R"({"result":1,"success":false,"msg":"密码错误","code":"LAN_EXP-1001"})";
constexpr std::string_view picture("\xFF\xD8\xFF\xFF\xD9", 5);

std::string field(const Form& form, std::string_view name)
{
    const auto at = form.find(name);
    return at == form.end() ? std::string() : at->second;
}

std::size_t number(const Form& form, std::string_view name, std::size_t otherwise)
{
    const auto text = field(form, name);
    auto value = otherwise;
    (void)std::from_chars(text.data(), text.data() + text.size(), value); // else what was there
    return value;
}

int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t n = 0; n < text.size(); ++n) {
        const bool two = text[n] == '%' && n + 2 < text.size();
        if (two && digit(text[n + 1]) >= 0 && digit(text[n + 2]) >= 0) {
            out += static_cast<char>(digit(text[n + 1]) * 16 + digit(text[n + 2]));
            n += 2;
        } else {
            out += text[n] == '+' ? ' ' : text[n];
        }
    }
    return out;
}

} // namespace

Form read_form(const std::string& text)
{
    Form form;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('&', at), text.size());
        const std::string_view pair(text.data() + at, end - at);
        if (const auto equals = pair.find('='); equals != std::string_view::npos)
            form[unescaped(pair.substr(0, equals))] = unescaped(pair.substr(equals + 1));
        at = end + 1;
    }
    return form;
}

std::string escaped(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           c == '-' || c == '_' || c == '.';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

asio::awaitable<void> Terminal::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto endpoint = connection->remote_endpoint(failure);
    const auto peer = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
    std::string buffer;
    Request request;
    for (;;) {
        while (moods_.half_open)
            co_await pause(std::chrono::milliseconds(100));
        const bool read = co_await read_request(*connection, buffer, request);
        if (!read || moods_.half_open) co_return;
        ++seen_.requests;
        Reply reply;
        reply.type = "application/json";
        if (request.path.starts_with("/snapshot/")) {
            co_await pause(slow_picture_);
            reply.type = "image/jpeg";
            reply.body = picture;
        } else {
            const auto how = answer(request, peer);
            if (how.late) co_await pause(late_answer);
            if (how.body.empty()) continue;
            reply.body = how.body;
        }
        const auto bytes = render(reply, request.keep_alive);
        co_await asio::async_write(*connection, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (failure || !request.keep_alive) co_return;
    }
}

Terminal::Answer Terminal::answer(const Request& request, const std::string& peer)
{
    auto form = read_form(request.query);
    form.merge(read_form(request.body));
    Answer how;
    if (field(form, "pass") != config_.password && request.path != "/setPassWord") {
        ++seen_.unauthorised;
        how.body = wrong_password;
        return how;
    }
    how.body = request.path == "/device/openDoorControl" ? open_door(request.path, peer, how)
                                                         : result_of(request.path, form);
    return how;
}

std::string Terminal::open_door(const std::string& path, const std::string& peer, Answer& how)
{
    const bool moved = moods_.command != CommandMood::refuse;
    oracle_.command({config_.id, "door/1", "open", moved, peer, path});
    if (!moved) return refused;
    ++seen_.moves;
    happen("open_1", "");
    how.late = moods_.command == CommandMood::late;
    return moods_.command == CommandMood::silent ? std::string() : std::string(done);
}

std::string Terminal::result_of(const std::string& path, const Form& form)
{
    if (path == "/getDeviceKey") return R"({"result":1,"success":true,"data":")" + config_.device_key + "\"}";
    if (path == "/device/information")
        return fmt::format(R"({{"result":1,"success":true,"data":{{"deviceKey":"{}","personCount":{},)"
                           R"("faceCount":{},"version":"GD-V4.1"}}}})",
                           config_.device_key, persons_.size(), faces_.size());
    if (path == "/setPassWord") {
        if (field(form, "oldPass") != config_.password) return wrong_password;
        config_.password = field(form, "newPass");
        return done;
    }
    if (path == "/setTime") {
        std::int64_t wanted = 0;
        const auto text = field(form, "timestamp");
        std::from_chars(text.data(), text.data() + text.size(), wanted);
        moods_.clock_skew = Span(wanted - clock_.wall().time_since_epoch().count());
        return done;
    }
    if (path == "/setIdentifyCallBack") {
        addresses_[path] = field(form, "callbackUrl");
        base64_ = field(form, "base64Enable") == "2";
        return done;
    }
    if (path.starts_with("/set")) {
        addresses_[path] = field(form, "url");
        return done;
    }
    if (path == "/restartDevice") {
        reboot(Span(2000));
        return done;
    }
    if (path == "/newFindRecords" || path == "/findRecords") return records_of(form);
    if (path.starts_with("/person/find")) return persons_of(form);
    if (path == "/person/create" || path == "/person/update") {
        const auto person = field(form, "person");
        const auto id = between(person, "\"id\":\"", "\"");
        if (id.empty() || turned_away_.contains(id) || (path == "/person/create") == persons_.contains(id))
            return refused;
        persons_[id] = between(person, "\"name\":\"", "\"");
        return done;
    }
    if (path == "/person/delete") return persons_.erase(field(form, "id")) > 0 ? done : not_there;
    const auto owner = field(form, "personId");
    if (path == "/face/deletePerson") {
        faces_.erase(owner);
        return done;
    }
    if (path == "/face/find")
        return faces_.contains(owner) ? R"({"result":1,"success":true,"data":[{"faceId":")" + owner + "\"}]}"
                                      : std::string(R"({"result":1,"success":true,"data":[]})");
    if (path == "/face/create" || path == "/face/update") {
        if (!persons_.contains(owner)) return not_there;
        if (field(form, "imgBase64").empty()) return refused;
        faces_.insert(owner);
        return done;
    }
    return R"({"result":0,"success":false,"msg":"unknown interface"})";
}

std::string Terminal::local(std::int64_t time) const
{
    const std::time_t seconds = (time + config_.zone.count()) / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// Empty spans are answered as missing persons are (bench report of a UStar E53).
std::string Terminal::records_of(const Form& form) const
{
    std::vector<const Record*> found;
    for (const auto& record : log_) {
        const auto time = local(record.time);
        if (time >= field(form, "startTime") && time <= field(form, "endTime")) found.push_back(&record);
    }
    if (found.empty()) return not_there;
    const auto length = std::max<std::size_t>(1, number(form, "length", 1000));
    const auto first = number(form, "index", 0) * length;
    std::string rows;
    for (auto n = first; n < std::min(found.size(), first + length); ++n)
        rows +=
            (rows.empty() ? "" : ",") + fmt::format(R"({{"id":{},"personId":"{}","type":"{}","time":{}}})",
                                                    n + 1, found[n]->person, found[n]->type, found[n]->time);
    return fmt::format(R"({{"result":1,"success":true,"data":{{"pageInfo":{{"total":{}}},"records":[{}]}}}})",
                       found.size(), rows);
}

std::string Terminal::persons_of(const Form& form) const
{
    const auto wanted = field(form, "id").empty() ? field(form, "personId") : field(form, "id");
    const auto length = std::max<std::size_t>(1, number(form, "length", 1000));
    const auto first = number(form, "index", 0) * length;
    std::string rows;
    std::size_t n = 0;
    std::size_t total = 0;
    for (const auto& [id, name] : persons_) {
        if (wanted != "-1" && wanted != id) continue;
        ++total;
        if (n++ < first || n > first + length) continue;
        rows += (rows.empty() ? "" : ",") +
                fmt::format(R"({{"id":"{}","name":"{}","idcardNum":""}})", id, json_escaped(name));
    }
    if (total == 0 && wanted != "-1") return not_there;
    return fmt::format(
        R"({{"result":1,"success":true,"data":{{"pageInfo":{{"total":{}}},"personInfo":[{}]}}}})", total,
        rows);
}

} // namespace gatehouse::sim::facepush
