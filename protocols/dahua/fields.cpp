#include "protocols/dahua/fields.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/json_document.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

constexpr std::size_t index_max = 2048; // rows of one answer
constexpr std::size_t growth_max = 128; // of a list by one line, so that a few lines cannot fill the memory
constexpr int depth_max = 13;
constexpr int lines_max = 100'000;

// The next step of a path: a name, or the number in brackets.
struct Step {
    std::string_view name;
    std::optional<std::size_t> index;
};

std::optional<Step> take_step(std::string_view& path)
{
    Step step;
    if (path.starts_with('[')) {
        const auto end = path.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        std::size_t index = 0;
        const auto digits = path.substr(1, end - 1);
        const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (error != std::errc{} || last != digits.data() + digits.size() || index >= index_max)
            return std::nullopt;
        step.index = index;
        path.remove_prefix(end + 1);
    } else {
        if (path.starts_with('.')) path.remove_prefix(1);
        const auto is_end = [](char c) { return c == '.' || c == '['; };
        const auto end = std::find_if(path.begin(), path.end(), is_end);
        step.name = path.substr(0, static_cast<std::size_t>(end - path.begin()));
        path.remove_prefix(step.name.size());
        if (step.name.empty()) return std::nullopt;
    }
    return step;
}

// The place that the step leads to, made when it is not there; null where something else is.
json::value* enter(json::value& from, const Step& step)
{
    if (step.index) {
        if (from.is_null()) from.emplace_array();
        auto* array = from.if_array();
        if (array == nullptr || *step.index >= array->size() + growth_max) return nullptr;
        if (array->size() <= *step.index) array->resize(*step.index + 1);
        return &(*array)[*step.index];
    }
    if (from.is_null()) from.emplace_object();
    auto* object = from.if_object();
    return object == nullptr ? nullptr : &(*object)[step.name];
}

// A tree that grows line by line. What lies together comes together, so the way to the object of the last
// line is not gone again for the next.
class LineTree {
public:
    explicit LineTree(json::value& root) : root_(root), object_{&root, 0} { root.emplace_object(); }

    void put(std::string_view path, std::string_view value)
    {
        const auto dot = path.rfind('.');
        const auto front = path.substr(0, dot == std::string_view::npos ? 0 : dot);
        if (front != front_) object_ = go({&root_, 0}, front);
        front_ = front;
        const auto place = go(object_, path.substr(front.size()));
        if (place.value != nullptr && place.value->is_null()) place.value->emplace_string() = value;
    }

private:
    struct Place {
        json::value* value; // null: nothing can lie there
        int depth;
    };

    static Place go(Place from, std::string_view path)
    {
        while (from.value != nullptr && !path.empty()) {
            const auto step = take_step(path);
            const bool possible = step && from.depth < depth_max;
            from = {possible ? enter(*from.value, *step) : nullptr, from.depth + 1};
        }
        return from;
    }

    json::value& root_;
    std::string_view front_; // the way to `object_`
    Place object_;
};

} // namespace

Tree read_json(std::string_view text)
{
    json::parse_options options;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true; // as_utf8() has seen to it
    options.max_depth = 32;
    std::string room;
    text = wire::as_utf8(trim(text), room);
    boost::system::error_code failure;
    const auto document = std::make_shared<wire::JsonDocument>();
    if (document->parse(text, options, failure) != text.size() || failure) return nullptr;
    return {document, document->root.if_object()};
}

Tree read_lines(std::string_view raw)
{
    const auto document = std::make_shared<wire::JsonDocument>();
    LineTree tree(document->root);
    std::string room;
    auto text = wire::as_utf8(raw, room);
    for (int count = 0; !text.empty() && count < lines_max; ++count) {
        const auto end = text.find('\n');
        const auto line = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos && equals > 0)
            tree.put(line.substr(0, equals), line.substr(equals + 1));
    }
    return {document, &document->root.get_object()};
}

const json::value* find(const json::object& tree, std::string_view path)
{
    const json::object* object = &tree;
    for (;;) {
        const auto dot = path.find('.');
        const auto* value = object->if_contains(path.substr(0, dot));
        if (value == nullptr || dot == std::string_view::npos) return value;
        path.remove_prefix(dot + 1);
        if (const auto* array = value->if_array()) {
            std::size_t index = 0;
            const auto next = path.find('.');
            const auto digits = path.substr(0, next);
            const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), index);
            if (read.ec != std::errc{} || index >= array->size()) return nullptr;
            value = &(*array)[index];
            if (next == std::string_view::npos) return value;
            path.remove_prefix(next + 1);
        }
        object = value->if_object();
        if (object == nullptr) return nullptr;
    }
}

std::string text_at(const json::object& tree, std::string_view path)
{
    const auto* value = find(tree, path);
    if (value == nullptr) return {};
    if (const auto* text = value->if_string()) return std::string(trim(*text));
    if (const auto* number = value->if_int64()) return std::to_string(*number);
    if (const auto* large = value->if_uint64()) return std::to_string(*large);
    if (const auto* flag = value->if_bool()) return *flag ? "true" : "false";
    if (value->is_double()) {
        const auto number = number_at(tree, path);
        return number ? std::to_string(*number) : std::string();
    }
    return {};
}

std::optional<std::int64_t> number_at(const json::object& tree, std::string_view path)
{
    const auto* value = find(tree, path);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    if (const auto* fraction = value->if_double()) {
        if (!(std::abs(*fraction) < 9e15)) return std::nullopt;
        return static_cast<std::int64_t>(*fraction);
    }
    const auto* text = value->if_string();
    return text == nullptr ? std::nullopt : number_of(*text);
}

std::optional<std::int64_t> number_of(std::string_view text)
{
    text = trim(text);
    if (const auto dot = text.find('.'); dot != std::string_view::npos && dot > 0) {
        // "1624168340.0"; a date or an address is no number.
        const auto fraction = text.substr(dot + 1);
        if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
        text = text.substr(0, dot);
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bool> flag_at(const json::object& tree, std::string_view path)
{
    const auto text = text_at(tree, path);
    if (same_word(text, "true") || text == "1") return true;
    if (same_word(text, "false") || text == "0") return false;
    return std::nullopt;
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (is_name_char(c) || c == '.' || c == '~')
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

} // namespace gatehouse::dahua
