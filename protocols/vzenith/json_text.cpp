#include "protocols/vzenith/json_text.hpp"

#include "protocols/wire/text.hpp"

#include <boost/json/parse.hpp>

#include <charconv>
#include <cmath>

#include <iconv.h>

namespace gatehouse::vzenith {
namespace {

// As these cameras write it: a NUL may follow.
std::string_view text_part(std::string_view bytes)
{
    return bytes.substr(0, bytes.find('\0'));
}

// Of a number with a fraction or an exponent; nothing beyond what any of their numbers means.
std::optional<std::int64_t> whole_part(std::string_view text)
{
    constexpr double exact_max = 9007199254740992.0; // 2^53
    double number = 0;
    const auto failure = std::from_chars(text.data(), text.data() + text.size(), number).ec;
    if (failure != std::errc() || std::abs(number) > exact_max) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

json::parse_options loose()
{
    json::parse_options options;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    return options;
}

} // namespace

bool read_object(std::string_view bytes, wire::FlatJson& into)
{
    return !into.read(text_part(bytes), loose());
}

Document parse_object(std::string_view bytes)
{
    struct Kept {
        std::string bytes;
        wire::FlatJson values;
    };
    const auto kept = std::make_shared<Kept>();
    kept->bytes = text_part(bytes);
    if (!read_object(kept->bytes, kept->values)) return nullptr;
    return {kept, &kept->values.root()};
}

json::value parse_tree(std::string_view bytes)
{
    boost::system::error_code failure;
    auto tree = json::parse(wire::to_utf8(text_part(bytes)), failure, {}, loose());
    return failure || !tree.is_object() ? json::value() : tree;
}

std::optional<std::int64_t> as_number(const JsonValue& value)
{
    using Kind = JsonValue::Kind;
    if (value.kind == Kind::truth) return value.text == "true" ? 1 : 0;
    if (value.kind != Kind::number && value.kind != Kind::text) return std::nullopt;
    auto text = value.text;
    while (text.starts_with(' '))
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [read, failure] = std::from_chars(text.data(), end, number);
    if (failure == std::errc() && read == end) return number;
    return value.kind == Kind::number ? whole_part(text) : std::nullopt;
}

std::string as_text(const JsonValue& value)
{
    if (value.kind == JsonValue::Kind::text) return std::string(value.text);
    const auto number = as_number(value);
    return number ? std::to_string(*number) : std::string();
}

std::optional<std::int64_t> number_member(const JsonValue& object, std::string_view key)
{
    const auto* value = object.member(key);
    return value == nullptr ? std::nullopt : as_number(*value);
}

std::string text_member(const JsonValue& object, std::string_view key)
{
    const auto* value = object.member(key);
    return value == nullptr ? std::string() : as_text(*value);
}

std::optional<std::string> to_gbk(std::string_view utf8)
{
    const auto converter = iconv_open("GBK", "UTF-8");
    if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
    std::string in(utf8);
    std::string out(in.size() + 16, '\0');
    char* from = in.data();
    char* to = out.data();
    auto left = in.size();
    auto room = out.size();
    const bool done = iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1) && left == 0;
    iconv_close(converter);
    if (!done) return std::nullopt;
    out.resize(out.size() - room);
    return out;
}

} // namespace gatehouse::vzenith
