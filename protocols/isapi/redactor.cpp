#include "protocols/isapi/redactor.hpp"

#include "protocols/isapi/document.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace gatehouse::isapi {
namespace {

constexpr std::array<std::string_view, 4> plate_names{"licensePlate", "originalLicensePlate", "plateNumber",
                                                      "plate"};
constexpr std::array<std::string_view, 20> other_names{
    "name",          "employeeName", "employeeNo", "employeeNoString",  "cardNo",        "FPID",
    "certificateNo", "IDCardNo",     "phoneNo",    "QRCodeInfo",        "userName",      "password",
    "serialNumber",  "eventPush",    "deviceUUID", "shortSerialNumber", "loginPassword", "macAddress",
    "MACAddress",    "MAC"};
// A value this long without a blank is a picture or a template in letters.
constexpr std::size_t encoded_min = 400;

bool is_plate(std::string_view field)
{
    return std::find(plate_names.begin(), plate_names.end(), field) != plate_names.end();
}

bool is_private(std::string_view field, std::string_view value)
{
    if (is_plate(field)) return !ascii::same_word(value, "unknown") && value != "无车牌";
    return value.size() >= encoded_min ||
           std::find(other_names.begin(), other_names.end(), field) != other_names.end();
}

std::string_view line_at(std::string_view bytes, std::size_t at)
{
    return bytes.substr(at, bytes.find('\n', at) - at);
}

// How long the headers before `body` say that it is; 0 when they do not.
std::size_t announced_length(std::string_view bytes, std::size_t body)
{
    constexpr std::size_t headers_max = 1024;
    const auto from = body > headers_max ? body - headers_max : 0;
    const auto headers = ascii::lower(bytes.substr(from, body - from));
    constexpr std::string_view name = "content-length:";
    const auto at = headers.rfind(name);
    const auto boundary = headers.rfind("\n--");
    if (at == std::string::npos || (boundary != std::string::npos && boundary > at)) return 0;
    return static_cast<std::size_t>(
        std::max<std::int64_t>(0, whole_number(line_at(headers, at + name.size())).value_or(0)));
}

// The announced end where a line ends there, else whatever comes next that is no picture.
std::size_t picture_end(std::string_view bytes, std::size_t start)
{
    const auto announced = start + announced_length(bytes, start);
    const bool believable =
        announced > start && announced <= bytes.size() &&
        (announced == bytes.size() || bytes[announced] == '\r' || bytes[announced] == '\n');
    if (believable) return announced;
    auto end = bytes.size();
    for (const std::string_view mark : {"\r\n--", "Content-Type:", "<EventNotificationAlert"})
        end = std::min(end, bytes.find(mark, start));
    return end;
}

// The characters of a value as pieces of bytes: UTF-8, else pairs of GB18030.
std::vector<std::string_view> characters(std::string_view value)
{
    const bool utf8 = wire::is_utf8(value);
    std::vector<std::string_view> out;
    while (!value.empty()) {
        const auto lead = static_cast<unsigned char>(value[0]);
        const std::size_t size = lead < 0x80 ? 1 : !utf8 ? 2 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        out.push_back(value.substr(0, size));
        value.remove_prefix(std::min(size, value.size()));
    }
    return out;
}

// Another character of the same kind and size: the one that stands for the lowest digit of `number`, which is
// taken off.
std::string stand_in(std::string_view character, std::size_t& number)
{
    const auto digit = [&](std::size_t kinds) {
        const auto low = number % kinds;
        number /= kinds;
        return static_cast<char>(low);
    };
    const char c = character[0];
    // No zero: a number of JSON must not begin with one.
    if (ascii::is_digit(c)) return {static_cast<char>('1' + digit(9))};
    // Up to F only: escapes and addresses of network cards stay hexadecimal.
    if (ascii::is_letter(c)) return {static_cast<char>((ascii::lower(c) == c ? 'a' : 'A') + digit(6))};
    if (character.size() == 4) return {'\xF0', '\x9F', '\x98', static_cast<char>('\x80' + digit(64))};
    if (character.size() == 3) return {'\xE4', '\xB8', static_cast<char>('\x80' + digit(64))};
    if (character.size() == 2 && static_cast<unsigned char>(c) >= 0xC2 && wire::is_utf8(character))
        return {'\xC3', static_cast<char>('\x80' + digit(64))};
    if (character.size() == 2) return {'\xB0', static_cast<char>('\xA1' + digit(94))};
    return std::string(character);
}

} // namespace

std::string Redactor::redact(std::string bytes)
{
    blank_pictures(bytes);
    blank_login_headers(bytes);
    redact_fields(bytes);
    return bytes;
}

// What starts and ends a picture stays.
void Redactor::blank_pictures(std::string& bytes) const
{
    constexpr std::array<std::string_view, 2> starts{"\xFF\xD8\xFF", "\x89PNG"};
    for (std::size_t at = 0; at < bytes.size();) {
        auto start = std::string::npos;
        for (const auto mark : starts)
            start = std::min(start, bytes.find(mark, at));
        if (start == std::string::npos) return;
        const auto end = picture_end(bytes, start);
        if (end > start + 6)
            std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(start + 4),
                      bytes.begin() + static_cast<std::ptrdiff_t>(end - 2), '\0');
        at = std::max(end, start + 1);
    }
}

void Redactor::blank_login_headers(std::string& bytes) const
{
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = std::min(bytes.find('\n', at), bytes.size());
        const auto line =
            ascii::lower(std::string_view(bytes).substr(at, std::min<std::size_t>(end - at, 32)));
        for (const std::string_view name :
             {"authorization:", "www-authenticate:", "cookie:", "set-cookie:"}) {
            if (!line.starts_with(name)) continue;
            for (auto i = at + name.size(); i < end; ++i)
                if (bytes[i] != '\r') bytes[i] = 'x';
        }
        at = end + 1;
    }
}

void Redactor::redact_fields(std::string& bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        at = bytes.find_first_of("<\"", at);
        if (at == std::string::npos) return;
        if (bytes[at] == '<')
            redact_xml(bytes, at);
        else
            redact_json(bytes, at);
    }
}

// <name>value< ; leaves `at` behind what was looked at.
void Redactor::redact_xml(std::string& bytes, std::size_t& at)
{
    const auto open = ++at;
    const auto end = bytes.find_first_of("<> \t\r\n/", open);
    if (end == std::string::npos || end == open) return;
    const auto field = std::string(local_name(std::string_view(bytes).substr(open, end - open)));
    const auto close = bytes.find_first_of("<>", end);
    if (close == std::string::npos || bytes[close] != '>' || bytes[close - 1] == '/') return;
    constexpr std::string_view cdata = "<![CDATA[";
    const bool wrapped = std::string_view(bytes).substr(close + 1).starts_with(cdata);
    const auto from = close + 1 + (wrapped ? cdata.size() : 0);
    at = std::min(wrapped ? bytes.find("]]>", from) : bytes.find('<', from), bytes.size());
    replace(bytes, from, at, field);
}

// "name": "value" or "name": 42.
void Redactor::redact_json(std::string& bytes, std::size_t& at)
{
    const auto open = ++at;
    const auto end = bytes.find_first_of("\"\n<", open);
    if (end == std::string::npos || bytes[end] != '"') return;
    const auto field = bytes.substr(open, end - open);
    auto from = end + 1;
    const auto skip_blanks = [&] { from = std::min(bytes.find_first_not_of(" \t\r\n", from), bytes.size()); };
    skip_blanks();
    if (from >= bytes.size() || bytes[from] != ':') return;
    ++from;
    skip_blanks();
    at = from;
    if (from >= bytes.size()) return;
    const bool quoted = bytes[from] == '"';
    auto to = quoted ? ++from : bytes.find_first_of(",}] \t\r\n", from);
    if (!quoted && !ascii::is_digit(bytes[from])) return;
    while (quoted && to < bytes.size() && bytes[to] != '"')
        to += bytes[to] == '\\' ? 2 : 1;
    to = std::min(to, bytes.size());
    replace(bytes, from, to, field);
    at = quoted ? to + 1 : to;
}

void Redactor::replace(std::string& bytes, std::size_t from, std::size_t to, std::string_view field)
{
    while (from < to && ascii::is_blank(bytes[from]))
        ++from;
    while (to > from && ascii::is_blank(bytes[to - 1]))
        --to;
    const auto value = std::string_view(bytes).substr(from, to - from);
    if (value.empty() || !is_private(field, value)) return;
    const auto hidden = pseudonym(value, field);
    std::copy(hidden.begin(), hidden.end(), bytes.begin() + static_cast<std::ptrdiff_t>(from));
}

// The value's own number, written from the right in the kinds of characters that stand there; a plate keeps
// its province. What is neither letter nor digit stays, and so does what makes an escape.
std::string Redactor::pseudonym(std::string_view value, std::string_view field)
{
    auto number = numbers_.try_emplace(std::string(value), numbers_.size() + 1).first->second;
    const auto pieces = characters(value);
    const std::size_t kept = is_plate(field) && pieces.front().size() > 1 ? 1 : 0;
    std::string out(value);
    for (auto i = pieces.size(); i-- > kept;) {
        const bool escape = i > 0 && (pieces[i - 1] == "\\" || pieces[i - 1] == "&");
        if (escape) continue;
        const auto other = stand_in(pieces[i], number);
        out.replace(static_cast<std::size_t>(pieces[i].data() - value.data()), other.size(), other);
    }
    return out;
}

} // namespace gatehouse::isapi
