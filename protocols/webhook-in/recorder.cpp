#include "protocols/webhook-in/recorder.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::webhook_in {
namespace {

constexpr std::size_t long_text = 200; // a picture, or a face template
constexpr std::size_t kept_of_long = 32;

// Parts of the names under which makes send what a person must not see.
constexpr std::array<std::string_view, 26> private_parts{
    "name",  "person", "plate",  "license", "card",   "idno",   "phone",    "mobile",  "tel",
    "email", "user",   "pass",   "pwd",     "token",  "secret", "customid", "employe", "serial",
    "mac",   "imei",   "idcard", "owner",   "member", "staff",  "birth",    "address"};

bool all_digits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), wire::ascii::is_digit);
}

// Numbers that are a telephone or an identity card wherever they stand.
bool looks_personal(std::string_view text)
{
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!std::all_of(text.begin(), text.end(), ascii)) return true;
    if (text.size() == 11 && text[0] == '1' && all_digits(text)) return true;
    return (text.size() == 18 || text.size() == 15) && all_digits(text.substr(0, text.size() - 1));
}

} // namespace

Recorder::Recorder(const Mapping& mapping)
{
    for (const auto& rule : mapping.rules) {
        for (const auto& condition : rule.when)
            chosen_.insert(condition.place.pointer.last());
        for (const auto& field : rule.fields)
            for (const auto& place : field.places)
                (field.slot->personal ? personal_ : chosen_).insert(place.pointer.last());
    }
}

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    numbers_.clear();
}

void Recorder::take(const Post& post)
{
    if (!on_ || cut_) return;
    json::value copy(*post.body, json::storage_ptr());
    redact(copy, "");
    add(fmt::format("# POST {}\n{}\n", post.url.empty() ? "/" : post.url, json::serialize(copy)));
}

void Recorder::unreadable(const std::string& url, std::size_t size, const std::string& why)
{
    if (on_) add(fmt::format("# POST {}: {} bytes that were not understood: {}\n", url, size, why));
}

void Recorder::add(const std::string& text)
{
    cut_ = cut_ || text_.size() + text.size() > size_max;
    if (!cut_) text_ += text;
}

std::string Recorder::end()
{
    on_ = false;
    if (cut_) text_ += "# the recording was full here\n";
    return std::move(text_);
}

bool Recorder::is_private(std::string_view name, std::string_view text) const
{
    if (personal_.contains(std::string(name))) return true;
    if (chosen_.contains(std::string(name))) return false;
    if (looks_personal(text)) return true;
    const auto low = wire::ascii::lower(name);
    return std::any_of(private_parts.begin(), private_parts.end(),
                       [&](std::string_view part) { return low.find(part) != std::string::npos; });
}

void Recorder::redact(json::value& value, std::string_view name)
{
    if (auto* object = value.if_object()) {
        for (auto& member : *object)
            redact(member.value(), {member.key().data(), member.key().size()});
        return;
    }
    if (auto* array = value.if_array()) {
        for (auto& element : *array)
            redact(element, name);
        return;
    }
    std::string room;
    const auto text = scalar_text(value, room);
    if (!text || value.is_bool() || value.is_double() || text->empty()) return;
    if (text->size() > long_text) {
        value = json::string(wire::replace_invalid(text->substr(0, kept_of_long))); // tells what it was
        return;
    }
    if (!is_private(name, *text)) return;
    const auto hidden = stand_in(std::string(*text));
    if (value.is_string())
        value = json::string(hidden);
    else
        value = std::atoll(hidden.c_str());
}

// The value's own number, written from the right in the kinds of characters that stand there.
std::string Recorder::stand_in(const std::string& text)
{
    auto number = numbers_.try_emplace(text, numbers_.size() + 1).first->second;
    std::string out;
    for (auto at = text.rbegin(); at != text.rend(); ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        const bool digit = wire::ascii::is_digit(*at), letter = wire::ascii::is_letter(*at);
        const std::size_t kinds = digit ? 9 : 6;
        const auto low = static_cast<char>(number % kinds);
        if (digit || letter) number /= kinds;
        if (digit)
            out += static_cast<char>('1' + low);
        else if (letter)
            out += static_cast<char>((wire::ascii::lower(*at) == *at ? 'a' : 'A') + low);
        else if (byte < 0x80)
            out += *at;
        else if (byte >= 0xC0)
            out += "\x90\x9F\xE6"; // 某, backwards
    }
    std::reverse(out.begin(), out.end());
    return out;
}

} // namespace gatehouse::webhook_in
