#include "protocols/net/raw_scanner.hpp"

#include <algorithm>

namespace gatehouse::net {

std::size_t RawScanner::feed(std::string_view bytes)
{
    std::size_t used = 0;
    while (used < bytes.size() && !done_) {
        const char c = bytes[used++];
        if (kind_ == Kind::json)
            feed_json(c);
        else
            feed_xml(c);
        before_that_ = before_;
        before_ = c;
    }
    return used;
}

void RawScanner::Json::take(char c)
{
    if (quoted) {
        quoted = c != '"' || escaped;
        escaped = c == '\\' && !escaped;
        return;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') done = --depth <= 0;
}

void RawScanner::feed_json(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    follow_utf8(byte);
    if (!utf8_.done) utf8_.take(c);
    const bool second = gb_second_ && byte >= 0x40;
    gb_second_ = !second && byte >= 0x81;
    if (!second && !gb18030_.done) gb18030_.take(c);
    done_ = is_utf8_ ? utf8_.done : gb18030_.done;
}

void RawScanner::follow_utf8(unsigned char byte)
{
    const bool inner = (byte & 0xC0U) == 0x80;
    if (inner != (utf8_rest_ > 0)) is_utf8_ = false;
    if (inner)
        utf8_rest_ = std::max(0, utf8_rest_ - 1);
    else
        utf8_rest_ = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
}

void RawScanner::feed_xml(char c)
{
    switch (in_) {
    case In::text:
        if (c == '<') in_ = In::opening;
        return;
    case In::opening:
        in_ = c == '?' ? In::instruction : c == '!' ? In::bang : c == '/' ? In::closing : In::element;
        bang_.clear();
        if (c == '>') in_ = In::text; // "<>" is no element
        return;
    case In::element: return feed_element(c);
    case In::closing:
        if (c == '>') {
            --depth_;
            leave_element();
        }
        return;
    case In::instruction:
        if (c == '>' && before_ == '?') in_ = In::text;
        return;
    case In::bang: return feed_bang(c);
    case In::comment:
        if (c == '>' && before_ == '-' && before_that_ == '-') in_ = In::text;
        return;
    case In::cdata:
        if (c == '>' && before_ == ']' && before_that_ == ']') in_ = In::text;
        return;
    case In::declaration:
        if (c == '>') in_ = In::text;
        return;
    }
}

void RawScanner::feed_element(char c)
{
    if (quote_ != '\0') {
        if (c == quote_) quote_ = '\0';
        return;
    }
    if (c == '"' || c == '\'') quote_ = c;
    if (c != '>') return;
    if (before_ != '/') {
        ++depth_;
        in_ = In::text;
        return;
    }
    leave_element();
}

void RawScanner::feed_bang(char c)
{
    constexpr std::string_view cdata = "[CDATA[";
    bang_ += c;
    if (bang_ == "--")
        in_ = In::comment;
    else if (bang_ == cdata)
        in_ = In::cdata;
    else if (c == '>')
        in_ = In::text;
    else if (bang_ != "-" && !cdata.starts_with(bang_))
        in_ = In::declaration;
}

void RawScanner::leave_element()
{
    in_ = In::text;
    done_ = depth_ <= 0;
}

} // namespace gatehouse::net
