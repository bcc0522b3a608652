#include "protocols/dahua/notice.hpp"

#include "protocols/wire/ascii.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

constexpr std::size_t events_max = 64; // of one part
constexpr std::size_t word_max = 64;   // of a code

std::optional<int> index_of(std::optional<std::int64_t> number)
{
    if (!number || *number < -1 || *number > 65'535) return std::nullopt;
    return static_cast<int>(*number);
}

Notices flawed(std::string why)
{
    Notices out;
    out.flaw = std::move(why);
    return out;
}

// Only the head is cut at semicolons: the data may hold "=" and ";" itself.
Notices read_code(std::string_view text)
{
    const auto data = text.find(";data=");
    auto head = text.substr(0, data);
    std::string_view code, action;
    std::optional<int> index;
    while (!head.empty()) {
        const auto end = head.find(';');
        const auto item = trim(head.substr(0, end));
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        const auto equals = std::min(item.find('='), item.size());
        const auto word = item.substr(0, equals);
        const auto value = trim(item.substr(std::min(equals + 1, item.size())));
        if (same_word(word, "code")) code = value;
        if (same_word(word, "action")) action = value;
        if (same_word(word, "index")) index = index_of(number_of(value));
    }
    if (code.empty() || code.size() > word_max) return flawed("an event without a code");
    auto tree = data == std::string_view::npos ? read_lines({}) : read_json(text.substr(data + 6));
    if (!tree) return flawed(fmt::format("the data of a {} event are no JSON", code));
    Notices out;
    out.events.push_back({std::string(code), std::string(action), index, std::move(tree)});
    return out;
}

// The base of an event stands in EventBaseInfo, in the event itself, or around its Data. `whole`: the tree
// that the event is part of.
Notice from_tree(const Tree& whole, const json::object& event)
{
    const auto inner = [&](std::string_view name) -> const json::object& {
        const auto* found = find(event, name);
        return found != nullptr && found->is_object() ? found->get_object() : event;
    };
    const auto& base = inner("EventBaseInfo");
    return {text_at(base, "Code"), text_at(base, "Action"), index_of(number_at(base, "Index")),
            Tree(whole, &inner("Data"))};
}

Notices from_events(const Tree& tree)
{
    Notices out;
    const auto* events = tree->if_contains("Events");
    if (events == nullptr) {
        if (!tree->contains("Code")) return flawed("no event is in it");
        out.events.push_back(from_tree(tree, *tree));
    } else if (const auto* array = events->if_array()) {
        for (const auto& event : *array)
            if (const auto* object = event.if_object(); object && out.events.size() < events_max)
                out.events.push_back(from_tree(tree, *object));
    }
    for (const auto& notice : out.events)
        if (notice.code.empty() || notice.code.size() > word_max) return flawed("an event without a code");
    if (out.events.empty()) out.flaw = "no event is in it";
    return out;
}

} // namespace

Notices read_notices(std::string_view raw)
{
    const auto text = trim(raw);
    if (same_word(text, "Heartbeat")) {
        Notices beat;
        beat.heartbeat = true;
        return beat;
    }
    if (text.starts_with("Code=")) return read_code(text);
    if (text.starts_with("Events[")) return from_events(read_lines(text));
    if (text.starts_with('{')) {
        const auto tree = read_json(text);
        return tree ? from_events(tree) : flawed("it is no JSON");
    }
    return flawed("neither an event nor a heartbeat");
}

} // namespace gatehouse::dahua
