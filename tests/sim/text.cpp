#include "tests/sim/text.hpp"

#include <iconv.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace gatehouse::sim {
namespace {

struct Unit {
    std::string_view name;
    double milliseconds;
};

constexpr std::array<Unit, 4> spans{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<Unit, 3> rates{{{"/s", 1}, {"/m", 60}, {"/h", 3600}}};

template <std::size_t N>
std::optional<std::pair<double, double>> number_and_unit(std::string_view text,
                                                         const std::array<Unit, N>& units)
{
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    double number = 0;
    const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc()) return std::nullopt;
    const std::string_view name(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    if (name.empty() && number == 0) return std::pair(0.0, 1.0);
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == units.end()) return std::nullopt;
    return std::pair(number, unit->milliseconds);
}

} // namespace

std::optional<std::chrono::milliseconds> parse_span(std::string_view text)
{
    if (text == "none") return std::chrono::milliseconds(0);
    const auto parsed = number_and_unit(text, spans);
    if (!parsed) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(parsed->first * parsed->second));
}

std::optional<Span> parse_moment(std::string_view text)
{
    if (text.find(':') == std::string_view::npos) return parse_span(text);
    constexpr std::array<int, 3> bounds{24, 60, 60};
    Span moment{0};
    std::size_t part = 0;
    for (bool more = true; more && part < bounds.size(); ++part) {
        int number = -1;
        const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failure != std::errc() || rest != text.data() + 2) return std::nullopt;
        if (number < 0 || number >= bounds.at(part)) return std::nullopt;
        moment = moment * 60 + std::chrono::seconds(number);
        text.remove_prefix(2);
        more = text.starts_with(':');
        if (more) text.remove_prefix(1);
    }
    if (!text.empty() || part < 2) return std::nullopt;
    return part == 2 ? moment * 60 : moment;
}

std::optional<double> parse_rate(std::string_view text)
{
    const auto parsed = number_and_unit(text, rates);
    if (!parsed || parsed->first < 0) return std::nullopt;
    return parsed->first / parsed->second;
}

std::string replaced(std::string text, std::string_view marker, std::string_view value)
{
    for (auto at = text.find(marker); at != std::string::npos; at = text.find(marker, at + value.size()))
        text.replace(at, marker.size(), value);
    return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return lower(a) == lower(b);
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::string base64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0'); // one for the end that OpenSSL writes
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string between(std::string_view text, std::string_view before, std::string_view after)
{
    const auto from = text.find(before);
    if (from == std::string_view::npos) return {};
    const auto start = from + before.size();
    const auto to = text.find(after, start);
    return to == std::string_view::npos ? std::string() : std::string(text.substr(start, to - start));
}

std::string to_gb2312(const std::string& utf8)
{
    const iconv_t converter = iconv_open("GB2312", "UTF-8");
    if (converter == reinterpret_cast<iconv_t>(-1)) return utf8;
    std::string source = utf8;
    std::string out(source.size() + 4, '\0');
    char* from = source.data();
    char* to = out.data();
    std::size_t from_left = source.size();
    std::size_t to_left = out.size();
    const auto outcome = iconv(converter, &from, &from_left, &to, &to_left);
    iconv_close(converter);
    if (outcome == static_cast<std::size_t>(-1)) return utf8;
    out.resize(out.size() - to_left);
    return out;
}

std::string json_escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out;
}

} // namespace gatehouse::sim
