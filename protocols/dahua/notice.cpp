#include "protocols/dahua/notice.hpp"

#include "protocols/wire/ascii.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

constexpr std::size_t events_max = 64; // of one part
constexpr std::size_t word_max = 64;   // of a code

std::optional<int> index_of(const json::object& tree, std::string_view path)
{
    const auto number = number_at(tree, path);
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
    json::object words;
    while (!head.empty()) {
        const auto end = head.find(';');
        const auto item = trim(head.substr(0, end));
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        const auto equals = item.find('=');
        if (equals != std::string_view::npos) words[lower(item.substr(0, equals))] = item.substr(equals + 1);
    }
    const auto code = text_at(words, "code");
    if (code.empty() || code.size() > word_max) return flawed("an event without a code");
    auto tree = data == std::string_view::npos ? json::object() : read_json(text.substr(data + 6));
    if (!tree) return flawed("the data of a " + code + " event are no JSON");
    Notices out;
    out.events.push_back({code, text_at(words, "action"), index_of(words, "index"), std::move(*tree)});
    return out;
}

// The base of an event stands in EventBaseInfo, in the event itself, or around its Data. Data are taken out
// of the tree, not copied.
Notice from_tree(json::object& tree)
{
    const bool apart = tree.contains("EventBaseInfo");
    const std::string base = apart ? "EventBaseInfo." : "";
    auto code = text_at(tree, base + "Code");
    auto action = text_at(tree, base + "Action");
    const auto index = index_of(tree, base + "Index");
    auto* data = tree.if_contains("Data");
    auto& taken = data != nullptr && data->is_object() ? data->get_object() : tree;
    return {std::move(code), std::move(action), index, std::move(taken)};
}

Notices from_events(json::object tree)
{
    Notices out;
    auto* events = tree.if_contains("Events");
    if (events == nullptr) {
        if (!tree.contains("Code")) return flawed("no event is in it");
        out.events.push_back(from_tree(tree));
    } else if (auto* array = events->if_array()) {
        for (auto& event : *array)
            if (auto* object = event.if_object(); object && out.events.size() < events_max)
                out.events.push_back(from_tree(*object));
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
        auto tree = read_json(text);
        return tree ? from_events(std::move(*tree)) : flawed("it is no JSON");
    }
    return flawed("neither an event nor a heartbeat");
}

} // namespace gatehouse::dahua
