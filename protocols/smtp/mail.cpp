#include "protocols/smtp/mail.hpp"

#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::smtp {
namespace {

constexpr std::size_t line_max = 76;       // of a base64 body (RFC 2045 §6.8)
constexpr std::size_t word_bytes_max = 45; // become 60 characters, and 72 with =?UTF-8?B?…?=

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool has_line_end(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string encoded_words(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto piece = wire::cut(std::string(text), word_bytes_max);
        // What is no UTF-8 may have no character to cut before.
        const auto size = piece.empty() ? std::min(text.size(), word_bytes_max) : piece.size();
        out +=
            (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + wire::to_base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return out;
}

std::string base64_lines(std::string_view text)
{
    const auto all = wire::to_base64(text);
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += line_max)
        out.append(all, at, line_max).append("\r\n");
    return out;
}

std::string text_of(const notify::Notification& notification)
{
    auto text = notification.headline() + "\r\n\r\n";
    for (const auto& [label, value] : notification.lines)
        text += label + ": " + value + "\r\n";
    return text;
}

} // namespace

bool is_address(std::string_view text)
{
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.size() > 254) return false;
    if (text.find('@', at + 1) != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
    });
}

std::optional<std::string> header(std::string_view name, std::string_view value)
{
    if (has_line_end(value)) return std::nullopt;
    std::string line(name);
    return line + ": " + (is_plain(value) ? std::string(value) : encoded_words(value)) + "\r\n";
}

std::string dot_stuffed(std::string_view text)
{
    std::string out;
    bool begins = true;
    for (const char c : text) {
        if (begins && c == '.') out += '.';
        out += c;
        begins = c == '\n';
    }
    return out;
}

std::string mail_date(base::WallTime at, std::chrono::minutes utc_offset)
{
    constexpr std::array<const char*, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    using namespace std::chrono;
    const auto local = floor<seconds>(at + utc_offset);
    const auto midnight = floor<std::chrono::days>(local);
    const year_month_day date(midnight);
    const hh_mm_ss time(local - midnight);
    const auto weekday = std::chrono::weekday(midnight).iso_encoding() - 1;
    const auto offset = abs(utc_offset).count();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d", days.at(weekday),
                  static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                  static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                  utc_offset.count() < 0 ? '-' : '+', static_cast<int>(offset / 60),
                  static_cast<int>(offset % 60));
    return text.data();
}

std::optional<std::string> mail(const Envelope& envelope, const notify::Notification& notification,
                                const model::Names& names)
{
    std::string to;
    for (const auto& address : envelope.to)
        to += (to.empty() ? "" : ", ") + address;
    const std::vector<std::pair<std::string_view, std::string>> headers{
        {"Date", mail_date(notification.at, names.utc_offset)},
        {"From", envelope.from},
        {"To", to},
        {"Message-ID", "<" + notification.id + "@" + names.site + ">"},
        {"Subject", notification.headline()},
        {"Auto-Submitted", "auto-generated"},
        {"MIME-Version", "1.0"},
        {"Content-Type", "text/plain; charset=utf-8"},
        {"Content-Transfer-Encoding", "base64"},
    };
    std::string message;
    for (const auto& [name, value] : headers) {
        const auto line = header(name, value);
        if (!line) return std::nullopt;
        message += *line;
    }
    return message + "\r\n" + base64_lines(text_of(notification));
}

} // namespace gatehouse::smtp
