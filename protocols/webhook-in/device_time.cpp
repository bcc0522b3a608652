#include "protocols/webhook-in/device_time.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;
using base::WallTime;
using std::chrono::milliseconds;
using wire::ascii::is_digit;

constexpr std::size_t measurements = 5;

// How many there are at the front.
std::size_t digits_of(std::string_view text)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// The digits at the front, taken off; nothing without one or with more than nine.
std::optional<int> take_number(std::string_view& text)
{
    const auto size = digits_of(text);
    int value = 0;
    if (size == 0 || size > 9) return std::nullopt;
    std::from_chars(text.data(), text.data() + size, value);
    text.remove_prefix(size);
    return value;
}

bool take_any(std::string_view& text, std::string_view of)
{
    if (text.empty() || of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<WallTime> from_iso(std::string_view iso, const TimeRules& rules)
{
    const auto parsed = base::parse_time(iso, rules.zone);
    if (!parsed) return std::nullopt;
    return parsed->time;
}

// 20260811090501 with or without milliseconds.
std::optional<WallTime> read_compact(std::string_view d, const TimeRules& rules)
{
    const auto iso =
        fmt::format("{}-{}-{}T{}:{}:{}.{}", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2), d.substr(8, 2),
                    d.substr(10, 2), d.substr(12, 2), d.size() > 14 ? d.substr(14) : "0");
    return from_iso(iso, rules);
}

std::optional<WallTime> read_number(std::string_view digits, std::string_view fraction,
                                    const TimeRules& rules)
{
    if (digits.size() == 14 || digits.size() == 17) return read_compact(digits, rules);
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc{} || count == 0) return std::nullopt;
    milliseconds since{count};
    if (digits.size() <= 10) {
        const auto ms = std::string(fraction.substr(0, 3)) +
                        std::string(3 - std::min<std::size_t>(fraction.size(), 3), '0');
        since = std::chrono::seconds(count) + milliseconds(std::atoi(ms.c_str()));
    } else if (digits.size() >= 18) {
        since = milliseconds(count / 1'000'000);
    } else if (digits.size() >= 15) {
        since = milliseconds(count / 1'000);
    }
    return WallTime(since) - (rules.epoch_is_local ? milliseconds(rules.zone) : 0ms);
}

// Date and time in separate numbers of one or two digits, the year first or last.
std::optional<WallTime> read_calendar(std::string_view text, const TimeRules& rules)
{
    std::array<int, 6> part{}; // as they stand
    for (std::size_t i = 0; i < 5; ++i) {
        constexpr std::array<std::string_view, 5> before{"", "-/.", "-/.", "Tt ", ":"};
        if (i > 0 && !take_any(text, before[i])) return std::nullopt;
        const auto value = take_number(text);
        if (!value) return std::nullopt;
        part[i] = *value;
    }
    if (take_any(text, ":")) {
        const auto second = take_number(text);
        if (!second) return std::nullopt;
        part[5] = *second;
    }
    if (part[0] <= 31 && part[2] > 31) std::swap(part[0], part[2]); // day-month-year
    const auto rest = wire::ascii::trim(text);
    const auto iso = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", part[0], part[1], part[2], part[3],
                                 part[4], part[5], rest);
    return from_iso(iso, rules);
}

} // namespace

std::optional<WallTime> read_time(std::string_view text, const TimeRules& rules)
{
    text = wire::ascii::trim(text);
    const auto end = digits_of(text);
    if (end == text.size()) return read_number(text, "", rules);
    const auto fraction = text.substr(end + 1);
    if (text[end] == '.' && !fraction.empty() && digits_of(fraction) == fraction.size())
        return read_number(text.substr(0, end), fraction, rules);
    const auto iso = from_iso(text, rules);
    return iso ? iso : read_calendar(text, rules);
}

bool PushClock::measured(WallTime sent, WallTime received)
{
    offsets_.push_back(sent - received);
    if (offsets_.size() > measurements) offsets_.pop_front();
    // Many devices send whole seconds: half a second of the difference is nobody's fault.
    const bool trusted = std::chrono::abs(*offset()) <= offset_max_ + 500ms;
    const bool changed = trusted != trusted_;
    trusted_ = trusted;
    return changed;
}

std::optional<milliseconds> PushClock::offset() const
{
    if (offsets_.empty()) return std::nullopt;
    return *std::max_element(offsets_.begin(), offsets_.end());
}

PushClock::Stamp PushClock::stamp(WallTime device_time, WallTime received) const
{
    Stamp stamp;
    stamp.occurred_at = device_time - offset().value_or(0ms);
    stamp.age = received - stamp.occurred_at;
    stamp.trusted = trusted_ && (!offsets_.empty() || std::chrono::abs(stamp.age) <= offset_max_);
    // A stamp of the future was made by another clock than the one we measured.
    if (stamp.occurred_at > received + offset_max_) {
        stamp.trusted = false;
        stamp.occurred_at = received;
    }
    return stamp;
}

} // namespace gatehouse::webhook_in
