#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace gatehouse::uhppote {

// Dates and times as the board keeps them: two decimal digits a byte, local time, no zone. What is no date
// (zeros, 2000-00-00, digits above 9) means "none" and reads as nothing, never as an error (sheet §2).

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
    friend auto operator<=>(const Date&, const Date&) = default;
};

struct TimeOfDay {
    int hour = 0;
    int minute = 0;
    int second = 0; // left out where the board keeps hours and minutes only
    friend auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};

using LocalTime = std::chrono::local_time<std::chrono::seconds>;
using Bytes = std::span<const std::uint8_t>;

// total: any bytes. Each takes exactly as many as it needs from the front.
[[nodiscard]] std::optional<Date> read_date(Bytes four);            // 20 26 11 23
[[nodiscard]] std::optional<Date> read_short_date(Bytes three);     // 26 11 23
[[nodiscard]] std::optional<TimeOfDay> read_clock(Bytes three);     // 08 30 59
[[nodiscard]] std::optional<TimeOfDay> read_hour_minute(Bytes two); // 08 30
[[nodiscard]] std::optional<LocalTime> read_date_time(Bytes seven);
// 99 for two nines; nothing for a digit above 9.
[[nodiscard]] std::optional<int> read_bcd(std::uint8_t byte);

[[nodiscard]] LocalTime join(const Date& date, const TimeOfDay& time);

void write_date(std::span<std::uint8_t> four, const Date& date);
void write_hour_minute(std::span<std::uint8_t> two, const TimeOfDay& time);
void write_date_time(std::span<std::uint8_t> seven, LocalTime time);

} // namespace gatehouse::uhppote
