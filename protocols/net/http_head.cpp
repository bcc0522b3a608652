#include "protocols/net/http_head.hpp"

#include <boost/beast/core/string.hpp>

namespace gatehouse::net {
namespace {

using base::Errc;

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The next line without its end, or nothing when it is not complete.
std::optional<std::string_view> take_line(std::string_view bytes, std::size_t& at)
{
    const auto end = bytes.find('\n', at);
    if (end == std::string_view::npos) return std::nullopt;
    auto line = bytes.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool parse_status_line(std::string_view line, HttpHead& head)
{
    // HTTP/1.1 200 OK
    if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
    head.minor = line[7] == '0' ? 0 : 1;
    const auto code = trim(line.substr(9)).substr(0, 3);
    if (code.size() != 3) return false;
    for (const char digit : code) {
        if (digit < '0' || digit > '9') return false;
        head.status = head.status * 10 + static_cast<unsigned>(digit - '0');
    }
    return head.status >= 100;
}

} // namespace

base::Result<std::optional<HttpHead>> parse_head(std::string_view bytes)
{
    HttpHead head;
    std::size_t at = 0;
    auto line = take_line(bytes, at);
    while (line && line->empty())
        line = take_line(bytes, at);
    if (!line) return std::optional<HttpHead>();
    if (!parse_status_line(*line, head)) return Errc::bad_input;
    std::vector<HttpHeader> fields;
    for (;;) {
        line = take_line(bytes, at);
        if (!line) return std::optional<HttpHead>();
        if (line->empty()) break;
        const bool folded = line->front() == ' ' || line->front() == '\t';
        const auto colon = line->find(':');
        if (folded && !fields.empty()) {
            fields.back().value += ' ';
            fields.back().value += trim(*line);
        } else if (colon != std::string_view::npos) {
            fields.push_back(
                {std::string(trim(line->substr(0, colon))), std::string(trim(line->substr(colon + 1)))});
        }
    }
    for (auto& field : fields)
        head.headers.add(std::move(field.name), std::move(field.value));
    head.size = at;
    return std::optional<HttpHead>(std::move(head));
}

std::string framing_head(const HttpHead& head)
{
    std::string text = head.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ";
    text += std::to_string(head.status) + " x\r\n";
    const auto coding = head.headers.find("Transfer-Encoding");
    // RFC 9112 §6.3: with a transfer coding the length does not count.
    if (!coding.empty()) text += "Transfer-Encoding: " + std::string(coding) + "\r\n";
    std::string last;
    for (const auto& length : head.headers.all("Content-Length")) {
        if (!coding.empty() || length == last)
            continue; // some repeat the field; only different lengths are an error
        text += "Content-Length: " + length + "\r\n";
        last = length;
    }
    for (const auto& connection : head.headers.all("Connection"))
        text += "Connection: " + connection + "\r\n";
    return text + "\r\n";
}

} // namespace gatehouse::net
