#include "gateway/base/time_text.hpp"

#include <array>

namespace gatehouse::base {
namespace {

using std::chrono::minutes;

void put_digits(char* at, unsigned value, int width)
{
    for (int i = width - 1; i >= 0; --i, value /= 10)
        at[i] = static_cast<char>('0' + value % 10);
}

// Reads exactly `width` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width)
{
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::chrono::milliseconds take_fraction(std::string_view& text)
{
    int value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 3) value = value * 10 + (text.front() - '0'), ++digits;
        text.remove_prefix(1);
    }
    for (; digits < 3; ++digits)
        value *= 10;
    return std::chrono::milliseconds(value);
}

// "Z", "+08:00", "+0800", "+08"; nothing left over allowed.
Result<std::optional<minutes>> take_offset(std::string_view text)
{
    if (text.empty()) return std::optional<minutes>{};
    if (text == "Z" || text == "z") return std::optional<minutes>(minutes(0));
    const int sign = text.front() == '-' ? -1 : 1;
    if (text.front() != '+' && text.front() != '-') return Errc::bad_input;
    text.remove_prefix(1);
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 14) return Errc::bad_input;
    take(text, ':');
    int mins = 0;
    if (!text.empty()) {
        const auto parsed = take_digits(text, 2);
        if (!parsed || *parsed > 59 || !text.empty()) return Errc::bad_input;
        mins = *parsed;
    }
    return std::optional<minutes>(minutes(sign * (*hours * 60 + mins)));
}

} // namespace

void append_time(std::string& out, WallTime time, minutes offset)
{
    const auto local = time + offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    std::array<char, 29> text{};
    std::string_view("0000-00-00T00:00:00.000+00:00").copy(text.data(), text.size());
    put_digits(text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
    put_digits(text.data() + 5, static_cast<unsigned>(date.month()), 2);
    put_digits(text.data() + 8, static_cast<unsigned>(date.day()), 2);
    put_digits(text.data() + 11, static_cast<unsigned>(clock.hours().count()), 2);
    put_digits(text.data() + 14, static_cast<unsigned>(clock.minutes().count()), 2);
    put_digits(text.data() + 17, static_cast<unsigned>(clock.seconds().count()), 2);
    put_digits(text.data() + 20, static_cast<unsigned>(clock.subseconds().count()), 3);
    const auto span = offset < minutes(0) ? -offset : offset;
    text[23] = offset < minutes(0) ? '-' : '+';
    put_digits(text.data() + 24, static_cast<unsigned>(span.count() / 60), 2);
    put_digits(text.data() + 27, static_cast<unsigned>(span.count() % 60), 2);
    out.append(text.data(), text.size());
}

std::string format_time(WallTime time, minutes offset)
{
    std::string out;
    append_time(out, time, offset);
    return out;
}

Result<ParsedTime> parse_time(std::string_view text, minutes assumed)
{
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return Errc::bad_input;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return Errc::bad_input;
    const auto day = take_digits(text, 2);
    if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return Errc::bad_input;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return Errc::bad_input;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ':')) return Errc::bad_input;
    const auto second = take_digits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60) return Errc::bad_input;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return Errc::bad_input;
    std::chrono::milliseconds fraction{0};
    if (take(text, '.') || take(text, ',')) fraction = take_fraction(text);
    const auto offset = take_offset(text);
    if (!offset) return offset.error();
    ParsedTime parsed;
    parsed.offset = *offset;
    parsed.time = std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                  std::chrono::seconds(*second) + fraction - parsed.offset.value_or(assumed);
    return parsed;
}

} // namespace gatehouse::base
