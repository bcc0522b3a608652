#include "protocols/vzenith/json_text.hpp"

#include "protocols/wire/json_document.hpp"
#include "protocols/wire/text.hpp"

#include <charconv>
#include <cmath>

#include <iconv.h>

namespace gatehouse::vzenith {
namespace {

constexpr double exact_max = 9007199254740992.0; // 2^53

std::optional<std::int64_t> number_of(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> number_of(double value)
{
    if (!std::isfinite(value) || std::abs(value) > exact_max) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace

Document parse_object(std::string_view bytes)
{
    std::string room;
    const auto text = wire::as_utf8(bytes.substr(0, bytes.find('\0')), room);
    json::parse_options options;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true; // as_utf8() has seen to it
    boost::system::error_code failure;
    const auto document = std::make_shared<wire::JsonDocument>();
    if (document->parse(text, options, failure) != text.size() || failure) return nullptr;
    return {document, document->root.if_object()};
}

const json::value* member(const json::object& object, std::string_view key)
{
    return object.if_contains(key);
}

const json::object* object_member(const json::object& object, std::string_view key)
{
    const auto* value = member(object, key);
    return value == nullptr ? nullptr : value->if_object();
}

std::optional<std::int64_t> number_member(const json::object& object, std::string_view key)
{
    const auto* value = member(object, key);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    if (const auto* real = value->if_double()) return number_of(*real);
    if (const auto* flag = value->if_bool()) return *flag ? 1 : 0;
    if (const auto* text = value->if_string()) return number_of(std::string_view(*text));
    return std::nullopt; // beyond what any of their numbers means
}

std::string text_member(const json::object& object, std::string_view key)
{
    const auto* value = member(object, key);
    if (value == nullptr) return {};
    if (const auto* text = value->if_string()) return std::string(std::string_view(*text));
    const auto number = number_member(object, key);
    return number ? std::to_string(*number) : std::string();
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
