#include "protocols/facepush/fields.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <array>
#include <cmath>

namespace gatehouse::facepush {
namespace {

namespace json = boost::json;

// Puts the texts of a document into fields as the parser comes to them: of what will be flat no tree is made.
// The parser calls it.
class Flattener {
    using error_code = boost::system::error_code;

public:
    static constexpr auto max_object_size = Fields::count_max;
    static constexpr auto max_array_size = Fields::count_max;
    static constexpr auto max_key_size = Fields::size_max;
    static constexpr auto max_string_size = Fields::size_max;

    explicit Flattener(Fields& into) : into_(into) {}

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return enter(false); }
    bool on_object_end(std::size_t, error_code&) { return leave(); }
    bool on_array_begin(error_code&) { return enter(true); }
    bool on_array_end(std::size_t, error_code&) { return leave(); }

    // Names and texts with escapes come in pieces.
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_key(json::string_view last, std::size_t, error_code&)
    {
        step(whole(last));
        pieces_.clear();
        return true;
    }
    bool on_string(json::string_view last, std::size_t, error_code&)
    {
        const bool fits = put(whole(last));
        pieces_.clear();
        return fits;
    }

    static bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, error_code&)
    {
        const fmt::format_int text(number);
        return put({text.data(), text.size()});
    }
    bool on_uint64(std::uint64_t number, json::string_view, error_code&)
    {
        const fmt::format_int text(number);
        return put({text.data(), text.size()});
    }
    bool on_double(double number, json::string_view, error_code&)
    {
        // 1615192075944.0 is a whole number to whoever wrote it.
        const bool is_whole = std::trunc(number) == number && std::abs(number) < 1e15;
        return put(is_whole ? fmt::format("{:.0f}", number) : fmt::format("{}", number));
    }
    bool on_bool(bool flag, error_code&) { return put(flag ? "true" : "false"); }
    bool on_null(error_code&) { return put({}); }
    static bool on_comment_part(json::string_view, error_code&) { return true; }
    static bool on_comment(json::string_view, error_code&) { return true; }

private:
    // An object or array that has begun and not ended.
    struct Level {
        std::size_t way = 0; // how much of `way_` leads here, with the dot behind it
        bool is_array = false;
        std::size_t next = 0; // index
    };

    bool keep(json::string_view part)
    {
        pieces_.append(part.data(), part.size());
        return true;
    }

    std::string_view whole(json::string_view last)
    {
        if (pieces_.empty()) return {last.data(), last.size()};
        keep(last);
        return pieces_;
    }

    bool enter(bool is_array)
    {
        step_to_element();
        if (!way_.empty()) way_ += '.';
        levels_[depth_++] = {way_.size(), is_array}; // the parser allows no more than depth_max
        return true;
    }

    bool leave()
    {
        --depth_;
        return true;
    }

    void step(std::string_view name)
    {
        way_.resize(levels_[depth_ - 1].way);
        way_ += name;
    }

    // Before each value. Of an array it has no name of its own.
    void step_to_element()
    {
        if (depth_ == 0 || !levels_[depth_ - 1].is_array) return;
        const fmt::format_int index(levels_[depth_ - 1].next++);
        step({index.data(), index.size()});
    }

    bool put(std::string_view text)
    {
        step_to_element();
        return depth_ > 0 && (way_.empty() || into_.add(way_, text)); // a bare value is no document
    }

    Fields& into_;
    std::string way_; // to the value that comes next
    std::string pieces_;
    std::array<Level, Fields::depth_max> levels_{};
    std::size_t depth_ = 0;
};

} // namespace

bool Fields::read_json(std::string_view bytes)
{
    std::string room;
    const auto text = wire::as_utf8(bytes, room);
    make_room(text.size());
    json::parse_options options;
    options.max_depth = depth_max;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true; // as_utf8() has seen to it
    json::basic_parser<Flattener> parser(options, *this);
    boost::system::error_code failure;
    return parser.write_some(false, text.data(), text.size(), failure) == text.size() && !failure;
}

} // namespace gatehouse::facepush
