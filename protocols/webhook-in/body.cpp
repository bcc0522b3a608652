#include "protocols/webhook-in/body.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/form.hpp"
#include "protocols/wire/json_document.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gatehouse::webhook_in {
namespace {

constexpr std::size_t posts_max = 1000;

json::parse_options lenient()
{
    json::parse_options options;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true; // to_utf8() has seen to it
    options.max_depth = 32;
    return options;
}

bool looks_like_json(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

ReadBody read_json(std::string_view text)
{
    ReadBody out;
    boost::system::error_code why;
    const auto document = std::make_shared<wire::JsonDocument>();
    const auto used = document->parse(text, lenient(), why);
    if (why == json::error::incomplete)
        out.why = fmt::format("the JSON is cut off after {} bytes", text.size());
    else if (why)
        out.why = fmt::format("no JSON from byte {} on: {}", used, why.message());
    else if (used < text.size())
        out.why = fmt::format("more follows after the JSON, from byte {} on", used);
    else
        out.value = {document, &document->root};
    return out;
}

bool says_form(std::string_view content_type)
{
    return wire::ascii::lower(content_type).find("urlencoded") != std::string::npos;
}

std::string_view first_line(std::string_view text)
{
    return text.substr(0, text.find('\n'));
}

// "# POST /heartbeat", as our own recordings have it before a body.
std::string url_of_remark(std::string_view line)
{
    constexpr std::string_view mark = "# POST ";
    if (!line.starts_with(mark)) return {};
    line.remove_prefix(mark.size());
    const auto url = line.substr(0, line.find_first_of(" \r"));
    return std::string(url == "/" ? std::string_view() : url);
}

bool is_request(std::string_view text)
{
    const auto line = wire::ascii::trim(first_line(text));
    return (line.starts_with("POST ") || line.starts_with("PUT ")) && line.find(" HTTP/") != line.npos;
}

// "/push/door-1/heartbeat?x=1" -> "/heartbeat"
std::string url_of_target(std::string_view target)
{
    target = target.substr(0, target.find('?'));
    constexpr std::string_view root = "/push/";
    if (!target.starts_with(root)) return std::string(target);
    const auto slash = target.find('/', root.size());
    return slash == target.npos ? std::string() : std::string(target.substr(slash));
}

// The head of a recorded HTTP request, taken off; the URL it went to.
std::string take_head(std::string_view& text)
{
    auto line = first_line(text);
    line.remove_prefix(line.find(' ') + 1);
    auto url = url_of_target(line.substr(0, line.find(' ')));
    const auto crlf = text.find("\r\n\r\n");
    const auto lf = text.find("\n\n");
    if (crlf < lf)
        text.remove_prefix(crlf + 4);
    else
        text.remove_prefix(lf == text.npos ? text.size() : lf + 2);
    return url;
}

// Remarks and blanks before the next body; the URL that a remark names.
void skip_remarks(std::string_view& text, std::string& url)
{
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!text.starts_with('#')) return;
        const auto line = first_line(text);
        url = url_of_remark(line);
        text.remove_prefix(line.size());
    }
}

// One document from the front; false when there is none.
bool take_document(std::string_view& text, std::string url, Recording& out)
{
    boost::system::error_code why;
    const auto document = std::make_shared<wire::JsonDocument>();
    const auto used = document->parse(text, lenient(), why);
    if (why) {
        out.flaw = fmt::format("body {}: no JSON from its byte {} on: {}", out.posts.size() + 1, used,
                               why.message());
        return false;
    }
    out.posts.push_back({std::move(url), Document(document, &document->root)});
    text.remove_prefix(used);
    return true;
}

} // namespace

Document read_form(std::string_view text, std::string_view left_out)
{
    const auto document = std::make_shared<wire::JsonDocument>();
    auto& form = document->root.emplace_object();
    form.reserve(32); // more than most have; of so many, names are found by their hashes
    for (wire::FormReader reader(text); reader.next();)
        if (reader.name() != left_out) form.insert_or_assign(reader.name(), reader.value());
    return {document, &document->root};
}

ReadBody read_body(std::string_view bytes, std::string_view content_type, Format format)
{
    std::string room;
    const auto text = wire::ascii::trim(wire::as_utf8(bytes, room));
    if (text.empty()) return {nullptr, "the body is empty"};
    const bool form = format == Format::form || (format == Format::automatic && !looks_like_json(text) &&
                                                 (text.find('=') != text.npos || says_form(content_type)));
    if (!form) return read_json(text);
    // A percent-encoded GB18030 text is no UTF-8 before it is decoded.
    return {read_form(wire::ascii::trim(bytes)), ""};
}

Recording read_recording(std::string_view bytes, Format format)
{
    Recording out;
    std::string url;
    const auto utf8 = wire::to_utf8(bytes);
    std::string_view text = utf8;
    skip_remarks(text, url);
    if (is_request(text)) url = take_head(text);
    if (format == Format::form || (!text.empty() && !looks_like_json(text))) {
        auto body = read_body(text, "", format);
        if (body.value) out.posts.push_back({std::move(url), std::move(body.value)});
        out.flaw = std::move(body.why);
        return out;
    }
    for (skip_remarks(text, url); !text.empty(); skip_remarks(text, url)) {
        if (out.posts.size() >= posts_max)
            out.flaw = fmt::format("only the first {} bodies were looked at", posts_max);
        if (!out.flaw.empty() || !take_document(text, std::exchange(url, {}), out)) break;
    }
    return out;
}

} // namespace gatehouse::webhook_in
