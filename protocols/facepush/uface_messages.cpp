#include "protocols/facepush/uface_messages.hpp"

#include "protocols/facepush/people.hpp"
#include "protocols/facepush/refusals.hpp"
#include "protocols/wire/text.hpp"

#include <fmt/format.h>

#include <array>

namespace gatehouse::facepush {
namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool is_true(std::string_view text)
{
    return text == "true" || text == "1" || text == "ture"; // sic: clones
}

struct Known {
    std::string_view code;
    Verdict verdict;
    wire::Advice advice;
};
constexpr wire::Advice password_refused{"the terminal refuses the password; correct it here",
                                        "设备密码错误；请更正配置中的密码"};

// LAN_EXP-1006 is from a bench report; the others are read by their words as well, because firmware differs.
constexpr std::array codes{
    Known{"LAN_EXP-1001", Verdict::wrong_password, password_refused},
    Known{"LAN_EXP-1003",
          Verdict::wrong_password,
          {"the terminal has no password yet; set one on it first", "设备还没有密码；请先在设备上设置密码"}},
    Known{"LAN_EXP-1006",
          Verdict::not_there,
          {"the terminal says there is no such person or record; write the person anew",
           "设备上没有此人员或记录；请重新下发人员"}},
};

constexpr wire::Advice unexpected{"the terminal's answer cannot be read; check its address and port",
                                  "设备应答异常；请核对地址和端口"};

// The terminal's own words.
std::string words_of(const std::string& code, std::string_view message)
{
    const auto words = wire::one_line(message, 120);
    return code.empty() || words.empty() ? code + words : code + ": " + words;
}

} // namespace

std::string form_body(const Call& call, const std::string& pass)
{
    std::string body = "pass=" + encoded_form(pass);
    for (const auto& [name, value] : call.fields)
        body += '&' + name + '=' + encoded_form(value);
    return body;
}

std::string task_param(const Call& call, const std::string& pass)
{
    std::string param = "{\"pass\":" + quoted(pass);
    for (const auto& [name, value] : call.fields) {
        const bool object = value.starts_with('{') && Fields::of_json(value);
        param += ',' + quoted(name) + ':' + (object ? value : quoted(value));
    }
    return param + '}';
}

Said judged(unsigned status, std::string_view body)
{
    auto said = judged(Fields::of_json(body));
    if (said.verdict == Verdict::unreadable)
        said.text = wire::in_both_languages(unexpected, fmt::format("HTTP {}", status));
    return said;
}

Said judged(const std::optional<Fields>& fields)
{
    Said said;
    said.text = wire::in_both_languages(unexpected);
    if (!fields || !(fields->has("success") || fields->has("result"))) return said;
    said.fields = *fields;
    said.code = fields->text("code");
    const bool success = !fields->has("success") || is_true(fields->text("success"));
    const bool result = !fields->has("result") || is_true(fields->text("result"));
    if (success && result) {
        said.verdict = Verdict::done;
        said.text.clear();
        return said;
    }
    const auto message = fields->any({"msg", "message"});
    said.verdict = Verdict::refused;
    said.text = wire::in_both_languages(unknown_refusal, words_of(said.code, message));
    for (const auto& known : codes) {
        if (known.code != said.code) continue;
        said.verdict = known.verdict;
        said.text = wire::in_both_languages(known.advice, said.code);
    }
    const bool of_password = contains(message, "密码") || contains(message, "password") ||
                             message.starts_with("pass ") || contains(message, "Password");
    if (said.verdict == Verdict::refused && of_password) {
        said.verdict = Verdict::wrong_password;
        said.text = wire::in_both_languages(password_refused, said.code);
    }
    return said;
}

Callback callback_of(std::string_view target, std::string_view method, const Fields& fields)
{
    using Kind = Callback::Kind;
    Callback found;
    found.device_key = fields.any({"deviceKey", "deviceNo"});
    const auto path = target.substr(0, target.find('?'));
    const auto last = path.substr(path.rfind('/') + 1);
    if (last == "identify")
        found.kind = Kind::identify;
    else if (last == "heartbeat")
        found.kind = Kind::heartbeat;
    else if (last == "enrolled")
        found.kind = Kind::face_enrolled;
    else if (last == "task")
        found.kind = Kind::task_request;
    else if (last == "result")
        found.kind = Kind::task_result;
    else if (fields.has("taskNo"))
        found.kind = Kind::task_result;
    else if (fields.has("type") && (fields.has("time") || fields.has("showTime")))
        found.kind = Kind::identify;
    else if (fields.has("personCount") || fields.has("faceCount"))
        found.kind = Kind::heartbeat;
    else if (fields.has("faceId"))
        found.kind = Kind::face_enrolled;
    else if (method == "GET" && !found.device_key.empty())
        found.kind = Kind::task_request;
    return found;
}

Read read_identify(const Fields& fields, std::chrono::minutes offset)
{
    Read read;
    auto& reading = read.reading.emplace();
    reading.sender = fields.any({"deviceKey", "deviceNo"});
    const auto type = fields.text("type");
    if (type.empty()) return unread(Unread::incomplete, "the record says nothing of its type");
    const bool cloud = type == "1" || type == "2"; // uniubi's cloud: 1 known, 2 stranger
    if (cloud) {
        reading.granted = type == "1";
        if (!reading.granted) reading.reason = "not_recognised";
    } else if (!read_type(type, reading)) {
        return unread(Unread::unknown_type, "a record of a type that is not known here");
    }
    const auto person = fields.any({"personId", "personGuid"});
    reading.person = is_stranger(person) ? std::string() : once_more_decoded(person);
    if (person == "IDCARDBABY") reading.credential = "card";
    // showTime of the cloud is UTC text; everything else local or since 1970.
    const bool utc = fields.has("showTime") && !fields.has("time");
    const auto time = fields.any({"time", "showTime"});
    reading.time = time_of(time, utc ? std::chrono::minutes(0) : offset);
    if (!reading.time) return unread(Unread::incomplete, "the record has no time");
    reading.record = time;
    reading.key = std::string("face/").append(time).append("/").append(reading.person);
    reading.picture_base64 = fields.any({"imgBase64", "base64"});
    reading.picture_url = fields.any({"path", "photoUrl"});
    return read;
}

} // namespace gatehouse::facepush
