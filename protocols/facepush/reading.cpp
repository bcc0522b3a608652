#include "protocols/facepush/reading.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/wire/form.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::facepush {

using std::chrono::milliseconds;

std::string_view to_string(Unread reason)
{
    switch (reason) {
    case Unread::none: return "none";
    case Unread::not_a_record: return "not_a_record";
    case Unread::unknown_type: return "unknown_type";
    case Unread::incomplete: return "incomplete";
    case Unread::other_device: return "other_device";
    case Unread::operation_log: return "operation_log";
    }
    return "none";
}

Read unread(Unread reason, std::string text)
{
    Read read;
    read.reason = reason;
    read.text = std::move(text);
    return read;
}

bool read_type(std::string_view type, Reading& reading)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> credentials{{
        {"face", "face"},
        {"card", "card"},
        {"idcard", "card"},
        {"faceAndcard", "face"},
        {"faceAndidcard", "face"},
        {"open", "button"},
    }};
    const auto bar = type.rfind('_');
    if (bar == std::string_view::npos || bar + 2 != type.size()) return false;
    const auto word = type.substr(0, bar);
    const auto known = std::find_if(credentials.begin(), credentials.end(),
                                    [&](const auto& pair) { return pair.first == word; });
    const char verdict = type.back();
    if (known == credentials.end()) return false;
    reading.credential = known->second;
    // Whatever the number behind it, "open" says that the door was opened.
    reading.granted = verdict == '0' || word == "open";
    if (verdict < '0' || (verdict > '2' && word != "open")) return false;
    if (!reading.granted) reading.reason = verdict == '1' ? "no_permission" : "not_recognised";
    return true;
}

bool is_stranger(std::string_view person)
{
    return person.empty() || person == "-1" || person == "STRANGERBABY" || person == "IDCARDBABY";
}

std::string once_more_decoded(std::string_view text)
{
    const auto percent = std::count(text.begin(), text.end(), '%');
    if (percent == 0) return std::string(text);
    auto decoded = wire::from_form(text);
    // Every percent sign was an escape: nobody's own.
    if (static_cast<std::ptrdiff_t>(text.size() - decoded.size()) != 2 * percent) return std::string(text);
    return decoded;
}

std::optional<base::WallTime> time_of(std::string_view text, std::chrono::minutes offset)
{
    constexpr std::int64_t milli_2100 = 4'102'444'800'000;
    if (const auto number = integer_of(text)) {
        if (*number < 0 || *number > milli_2100) return std::nullopt;
        return base::WallTime(milliseconds(*number));
    }
    const auto parsed = base::parse_time(text, offset);
    if (!parsed) return std::nullopt;
    return parsed->time;
}

std::string local_text(base::WallTime time, std::chrono::minutes offset)
{
    auto text = base::format_time(time, offset).substr(0, 19);
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text;
}

model::Event event_of(const Reading& reading, const std::string& device)
{
    model::AccessAttempt body;
    body.granted = reading.granted;
    body.credential = reading.credential;
    body.person = reading.person;
    body.user_type = reading.user_type;
    if (!reading.granted) body.reason = reading.reason.empty() ? "other" : reading.reason;
    body.door = 1;
    model::Event event;
    event.device = device;
    event.device_key = reading.key;
    event.device_record = reading.record;
    event.device_time = reading.time;
    event.body = std::move(body);
    return event;
}

} // namespace gatehouse::facepush
