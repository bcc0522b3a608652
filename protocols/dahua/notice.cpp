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
    Notice notice;
    notice.code = text_at(words, "code");
    notice.action = text_at(words, "action");
    notice.index = index_of(words, "index");
    if (notice.code.empty() || notice.code.size() > word_max) return flawed("an event without a code");
    if (data != std::string_view::npos) {
        auto tree = read_json(text.substr(data + 6));
        if (!tree) return flawed("the data of a " + notice.code + " event are no JSON");
        notice.data = std::move(*tree);
    }
    Notices out;
    out.events.push_back(std::move(notice));
    return out;
}

// The base of an event stands in EventBaseInfo, in the event itself, or around its Data.
Notice from_tree(const json::object& tree)
{
    Notice notice;
    const bool apart = tree.contains("EventBaseInfo");
    const std::string base = apart ? "EventBaseInfo." : "";
    notice.code = text_at(tree, base + "Code");
    notice.action = text_at(tree, base + "Action");
    notice.index = index_of(tree, base + "Index");
    const auto* data = tree.if_contains("Data");
    if (data != nullptr && data->is_object())
        notice.data = data->get_object();
    else
        notice.data = tree;
    return notice;
}

Notices from_events(const json::object& tree)
{
    Notices out;
    const auto* events = tree.if_contains("Events");
    if (events == nullptr) {
        if (!tree.contains("Code")) return flawed("no event is in it");
        out.events.push_back(from_tree(tree));
    } else if (const auto* array = events->if_array()) {
        for (const auto& event : *array)
            if (const auto* object = event.if_object(); object && out.events.size() < events_max)
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
        const auto tree = read_json(text);
        return tree ? from_events(*tree) : flawed("it is no JSON");
    }
    return flawed("neither an event nor a heartbeat");
}

} // namespace gatehouse::dahua
