#include "protocols/facepush/fields.hpp"

#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gatehouse::facepush {
namespace {

namespace json = boost::json;

const std::string nothing;
constexpr std::size_t form_fields_max = 500;

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

std::string text_of(const json::value& value)
{
    if (value.is_string()) return std::string(std::string_view(value.get_string()));
    if (value.is_int64()) return fmt::to_string(value.get_int64());
    if (value.is_uint64()) return fmt::to_string(value.get_uint64());
    if (value.is_bool()) return value.get_bool() ? "true" : "false";
    if (!value.is_double()) return {};
    const double number = value.get_double();
    // 1615192075944.0 is a whole number to whoever wrote it.
    if (std::trunc(number) == number && std::abs(number) < 1e15) return fmt::format("{:.0f}", number);
    return fmt::format("{}", number);
}

// `name` is the way to the value, and the same again afterwards. False when there is too much of it.
bool flatten(const json::value& value, std::string& name, Fields& into)
{
    if (into.all().size() >= Fields::count_max) return false;
    const auto below = [&](std::string_view part, const json::value& inner) {
        const auto size = name.size();
        if (size > 0) name += '.';
        name += part;
        const bool fits = flatten(inner, name, into);
        name.resize(size);
        return fits;
    };
    if (const auto* object = value.if_object()) {
        return std::all_of(object->begin(), object->end(),
                           [&](const auto& member) { return below(member.key(), member.value()); });
    }
    if (const auto* array = value.if_array()) {
        std::size_t index = 0;
        return std::all_of(array->begin(), array->end(),
                           [&](const auto& element) { return below(fmt::to_string(index++), element); });
    }
    if (!name.empty()) into.set(name, text_of(value));
    return true;
}

bool looks_like_json(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

} // namespace

std::optional<Fields> Fields::of_json(std::string_view text)
{
    const bool clean = wire::is_utf8(text) && !text.starts_with("\xEF\xBB\xBF");
    const std::string converted = clean ? std::string() : wire::to_utf8(text);
    json::parse_options options;
    options.max_depth = depth_max;
    options.allow_trailing_commas = true;
    boost::system::error_code failure;
    const std::string_view source = clean ? text : std::string_view(converted);
    std::array<unsigned char, 4096> room; // NOLINT: written by the parser before it is read
    json::monotonic_resource memory(room.data(), room.size());
    const auto value =
        json::parse(json::string_view(source.data(), source.size()), failure, &memory, options);
    if (failure || !(value.is_object() || value.is_array())) return std::nullopt;
    Fields fields;
    std::string name;
    if (!flatten(value, name, fields)) return std::nullopt;
    return fields;
}

Fields Fields::of_form(std::string_view text)
{
    Fields fields;
    while (!text.empty() && fields.values_.size() < form_fields_max) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = wire::to_utf8(decoded_form(pair.substr(0, equals)));
        if (name.empty()) continue;
        const auto value = pair.substr(std::min(equals + 1, pair.size()));
        fields.set(std::move(name), wire::to_utf8(decoded_form(value)));
    }
    return fields;
}

std::optional<Fields> Fields::of_request(std::string_view target, std::string_view body)
{
    const auto mark = target.find('?');
    Fields fields = mark == std::string_view::npos ? Fields() : of_form(target.substr(mark + 1)); // GET style
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return fields;
    if (!looks_like_json(body)) {
        auto form = of_form(body);
        form.values_.merge(fields.values_);
        return form;
    }
    auto document = of_json(body);
    if (document) document->values_.merge(fields.values_);
    return document;
}

const std::string& Fields::text(std::string_view name) const
{
    const auto at = values_.find(name);
    return at == values_.end() ? nothing : at->second;
}

const std::string& Fields::any(std::initializer_list<std::string_view> names) const
{
    for (const auto name : names)
        if (const auto& found = text(name); !found.empty()) return found;
    return nothing;
}

std::optional<std::int64_t> Fields::integer(std::string_view name) const
{
    return integer_of(text(name));
}

bool Fields::within(std::string_view name) const
{
    const auto at = values_.lower_bound(std::string(name) + '.');
    return at != values_.end() && at->first.starts_with(std::string(name) + '.');
}

Fields Fields::below(std::string_view name) const
{
    Fields found;
    const auto prefix = std::string(name) + '.';
    for (auto at = values_.lower_bound(prefix); at != values_.end() && at->first.starts_with(prefix); ++at)
        found.set(at->first.substr(prefix.size()), at->second);
    return found;
}

std::string decoded_form(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t n = 0; n < text.size(); ++n) {
        const int high = text[n] == '%' && n + 2 < text.size() ? hex_digit(text[n + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[n + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            n += 2;
        } else {
            out += text[n] == '+' ? ' ' : text[n];
        }
    }
    return out;
}

std::string encoded_form(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (unreserved(c))
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string quoted(std::string_view text)
{
    return json::serialize(json::value(json::string_view(text.data(), text.size())));
}

std::optional<std::int64_t> integer_of(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    if (const auto dot = text.find('.'); dot != std::string_view::npos) text = text.substr(0, dot);
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

namespace {

bool is_whole_picture(std::string_view bytes)
{
    constexpr std::string_view png("\x89PNG\r\n\x1a\n", 8);
    if (bytes.starts_with(png)) return bytes.rfind("IEND") != std::string_view::npos;
    return bytes.size() > 4 && bytes.starts_with("\xFF\xD8") &&
           bytes.rfind("\xFF\xD9") != std::string_view::npos;
}

} // namespace

std::optional<std::string> decoded_picture(std::string_view base64)
{
    auto bytes = wire::from_base64(base64);
    if (!bytes || !is_whole_picture(*bytes)) return std::nullopt;
    return bytes;
}

} // namespace gatehouse::facepush
