#include "protocols/facepush/fields.hpp"

#include "protocols/wire/base64.hpp"
#include "protocols/wire/form.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace gatehouse::facepush {
namespace {

namespace json = boost::json;

constexpr std::size_t form_fields_max = 500;

bool unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

// Of "data.records.3" past "data": "records.3".
std::optional<std::string_view> past(std::string_view name, std::string_view front)
{
    if (!name.starts_with(front) || name.size() == front.size() || name[front.size()] != '.')
        return std::nullopt;
    return name.substr(front.size() + 1);
}

bool looks_like_json(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

} // namespace

std::optional<Fields> Fields::of_json(std::string_view text)
{
    Fields fields;
    if (!fields.read_json(text)) return std::nullopt;
    return fields;
}

Fields Fields::of_form(std::string_view text)
{
    Fields fields;
    fields.read_form(text);
    return fields;
}

std::optional<Fields> Fields::of_request(std::string_view target, std::string_view body)
{
    Fields fields;
    const auto mark = target.find('?');
    if (mark != std::string_view::npos) fields.read_form(target.substr(mark + 1)); // GET style
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return fields;
    if (!looks_like_json(body))
        fields.read_form(body);
    else if (!fields.read_json(body))
        return std::nullopt;
    return fields;
}

void Fields::read_form(std::string_view form)
{
    make_room(form.size());
    wire::FormReader reader(form);
    for (std::size_t count = 0; count < form_fields_max && reader.next(); ++count)
        if (!add(reader.name(), reader.value())) return;
}

// Enough for most: a copy of the message and what does not stand in it.
void Fields::make_room(std::size_t message_size)
{
    constexpr std::size_t usual_count = 32;
    constexpr std::size_t usual_extra = 256;
    bytes_.reserve(bytes_.size() + message_size + usual_extra);
    places_.reserve(places_.size() + usual_count);
}

bool Fields::add(std::string_view name, std::string_view text)
{
    return put({{}, kept(name), kept(text)});
}

bool Fields::put(const Place& place)
{
    const std::size_t size = std::size_t{place.front.size} + place.name.size + place.text.size;
    if (places_.size() >= count_max || size > size_max - size_) return false;
    size_ += size;
    auto& chain = chains_[chain_of(place.front.size + place.name.size,
                                   seen(place.name.size > 0 ? place.name : place.front))];
    places_.push_back(place);
    places_.back().before = chain;
    chain = static_cast<std::uint32_t>(places_.size());
    return true;
}

Fields::Piece Fields::kept(std::string_view text)
{
    const auto at = bytes_.size();
    bytes_ += text;
    return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(text.size())};
}

std::size_t Fields::chain_of(std::size_t name_size, std::string_view ending)
{
    const auto last = ending.empty() ? '\0' : ending.back();
    return (name_size * 5 + static_cast<unsigned char>(last)) % std::tuple_size_v<decltype(chains_)>;
}

// From the last, which is the one that counts.
const Fields::Place* Fields::find(std::string_view name) const
{
    for (auto at = chains_[chain_of(name.size(), name)]; at > 0; at = places_[at - 1].before) {
        const auto& place = places_[at - 1];
        if (place.front.size + place.name.size == name.size() && name.ends_with(seen(place.name)) &&
            name.starts_with(seen(place.front)))
            return &place;
    }
    return nullptr;
}

std::string Fields::name_of(const Place& place) const
{
    return std::string(seen(place.front)).append(seen(place.name));
}

std::string_view Fields::text(std::string_view name) const
{
    const auto* place = find(name);
    return place == nullptr ? std::string_view() : seen(place->text);
}

std::string_view Fields::any(std::initializer_list<std::string_view> names) const
{
    for (const auto name : names)
        if (const auto found = text(name); !found.empty()) return found;
    return {};
}

std::optional<std::int64_t> Fields::integer(std::string_view name) const
{
    return integer_of(text(name));
}

std::vector<Fields::Field> Fields::all() const
{
    std::vector<Field> fields;
    for (const auto& place : places_)
        fields.push_back({name_of(place), seen(place.text)});
    return fields;
}

bool Fields::within(std::string_view name) const
{
    return std::any_of(places_.begin(), places_.end(),
                       [&](const Place& place) { return past(name_of(place), name).has_value(); });
}

Fields Fields::below(std::string_view name) const
{
    Fields found;
    for (const auto& place : places_) {
        const auto full = name_of(place);
        if (const auto rest = past(full, name)) found.add(*rest, seen(place.text));
    }
    return found;
}

std::vector<Fields> Fields::elements(std::string_view name) const
{
    std::vector<Fields> found;
    for (const auto& place : places_) {
        const auto full = name_of(place);
        const auto rest = past(full, name);
        const auto dot = rest ? rest->find('.') : std::string_view::npos;
        if (dot == std::string_view::npos) continue;
        const auto index = integer_of(rest->substr(0, dot));
        if (index == static_cast<std::int64_t>(found.size())) found.emplace_back();
        if (index == static_cast<std::int64_t>(found.size()) - 1)
            found.back().add(rest->substr(dot + 1), seen(place.text));
    }
    return found;
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
