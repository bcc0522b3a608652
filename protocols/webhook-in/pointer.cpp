#include "protocols/webhook-in/pointer.hpp"

#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <charconv>

namespace gatehouse::webhook_in {
namespace {

constexpr std::size_t names_max = 12;     // as many as an installer reads
constexpr std::size_t name_size_max = 40; // a device may use anything as a name

// "~1" is a slash and "~0" a tilde; nothing for any other tilde.
std::optional<std::string> unescaped(std::string_view token)
{
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            out += token[i];
            continue;
        }
        ++i;
        if (i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
        out += token[i] == '0' ? '~' : '/';
    }
    return out;
}

std::string escaped(std::string_view token)
{
    std::string out;
    for (const char c : token)
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

const json::value* step(const json::value& from, const std::string& token) noexcept
{
    if (const auto* object = from.if_object()) return object->if_contains(token);
    const auto* array = from.if_array();
    if (array == nullptr || token.empty() || (token.size() > 1 && token[0] == '0')) return nullptr;
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (error != std::errc{} || end != token.data() + token.size() || index >= array->size()) return nullptr;
    return &(*array)[index];
}

// What stands at a place, in a few words; never its values.
std::string contents(const json::value& value)
{
    if (const auto* array = value.if_array()) return fmt::format("an array of {}", array->size());
    const auto* object = value.if_object();
    if (object == nullptr) return value.is_null() ? "null" : "a single value";
    if (object->empty()) return "an empty object";
    std::string names;
    std::size_t count = 0;
    for (const auto& member : *object) {
        if (++count > names_max) return names + ", ...";
        const std::string_view name(member.key().data(), std::min(member.key().size(), name_size_max));
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
}

} // namespace

std::optional<Pointer> Pointer::parse(std::string_view text)
{
    Pointer out;
    out.text_ = text;
    if (text.empty()) return out;
    if (text.front() != '/') return std::nullopt;
    while (!text.empty()) {
        text.remove_prefix(1);
        const auto end = std::min(text.find('/'), text.size());
        auto token = unescaped(text.substr(0, end));
        if (!token) return std::nullopt;
        out.tokens_.push_back(std::move(*token));
        text.remove_prefix(end);
    }
    return out;
}

const json::value* Pointer::find(const json::value& document) const noexcept
{
    const auto* at = &document;
    for (const auto& token : tokens_) {
        at = step(*at, token);
        if (at == nullptr) return nullptr;
    }
    return at->is_null() ? nullptr : at;
}

std::string Pointer::missing(const json::value& document) const
{
    const auto* at = &document;
    std::string way;
    for (const auto& token : tokens_) {
        const auto* next = step(*at, token);
        if (next == nullptr) break;
        way += "/" + escaped(token);
        at = next;
    }
    if (at->is_null()) return fmt::format("{} is null", text_.empty() ? "the whole" : text_);
    return fmt::format("{} is missing; {} has: {}", text_, way.empty() ? "there it" : way, contents(*at));
}

std::optional<std::string_view> scalar_text(const json::value& value, std::string& room)
{
    switch (value.kind()) {
    case json::kind::string: return wire::ascii::trim(value.get_string());
    case json::kind::int64: return room = std::to_string(value.get_int64());
    case json::kind::uint64: return room = std::to_string(value.get_uint64());
    case json::kind::double_: return room = fmt::format("{}", value.get_double());
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    default: return std::nullopt;
    }
}

} // namespace gatehouse::webhook_in
