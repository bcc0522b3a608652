#include "protocols/facepush/fields.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>

namespace gatehouse::facepush {

namespace json = boost::json;

// Notes where the texts of a document stand as the parser comes to them: of what will be flat no tree is
// made, and names are not written out. The parser calls it.
class Fields::Flattener {
    using error_code = boost::system::error_code;

public:
    static constexpr auto max_object_size = count_max;
    static constexpr auto max_array_size = count_max;
    static constexpr auto max_key_size = size_max;
    static constexpr auto max_string_size = size_max;

    Flattener(Fields& into, std::string_view document)
        : into_(into), document_(document), copy_(into.kept(document))
    {
    }

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
        name_ = whole(last);
        return true;
    }
    bool on_string(json::string_view last, std::size_t, error_code&) { return put(whole(last)); }

    static bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view text, error_code&) { return put(whole(text)); }
    bool on_uint64(std::uint64_t, json::string_view text, error_code&) { return put(whole(text)); }
    bool on_double(double number, json::string_view, error_code&)
    {
        // 1615192075944.0 is a whole number to whoever wrote it.
        const bool is_whole = std::trunc(number) == number && std::abs(number) < 1e15;
        return put(into_.kept(is_whole ? fmt::format("{:.0f}", number) : fmt::format("{}", number)));
    }
    bool on_bool(bool flag, error_code&) { return put(into_.kept(flag ? "true" : "false")); }
    bool on_null(error_code&) { return put({}); }
    static bool on_comment_part(json::string_view, error_code&) { return true; }
    static bool on_comment(json::string_view, error_code&) { return true; }

private:
    // An object or array that has begun and not ended.
    struct Level {
        std::size_t way = 0; // how much of `way_` leads here, with the dot behind it
        bool is_array = false;
        std::size_t next = 0; // index
        Piece front = {};     // that way, once a field has it in its name
    };

    bool keep(json::string_view part)
    {
        pieces_.append(part.data(), part.size());
        return true;
    }

    Piece whole(json::string_view last)
    {
        const std::less_equal<> before;
        const bool stands_here =
            before(document_.data(), last.data()) && before(last.end(), document_.data() + document_.size());
        if (pieces_.empty() && stands_here)
            return {copy_.at + static_cast<std::uint32_t>(last.data() - document_.data()),
                    static_cast<std::uint32_t>(last.size())};
        keep(last);
        const auto made = into_.kept(pieces_);
        pieces_.clear();
        return made;
    }

    bool enter(bool is_array)
    {
        name_element();
        way_ += into_.seen(name_);
        if (!way_.empty()) way_ += '.';
        levels_[depth_++] = {way_.size(), is_array}; // the parser allows no more than depth_max
        return true;
    }

    bool leave()
    {
        --depth_;
        way_.resize(depth_ == 0 ? 0 : levels_[depth_ - 1].way);
        return true;
    }

    // Before each value. Of an array it has no name of its own.
    void name_element()
    {
        if (depth_ == 0 || !levels_[depth_ - 1].is_array) return;
        const fmt::format_int index(levels_[depth_ - 1].next++);
        name_ = into_.kept({index.data(), index.size()});
    }

    bool put(Piece text)
    {
        if (depth_ == 0) return false; // a bare value is no document
        name_element();
        if (way_.empty() && name_.size == 0) return true;
        auto& front = levels_[depth_ - 1].front;
        if (front.size != way_.size()) front = into_.kept(way_);
        return into_.put({front, name_, text});
    }

    Fields& into_;
    std::string_view document_;
    Piece copy_;      // of the document
    std::string way_; // to the object or array that we are in
    Piece name_;      // there, of the value that comes next
    std::string pieces_;
    std::array<Level, depth_max> levels_{};
    std::size_t depth_ = 0;
};

bool Fields::read_json(std::string_view bytes)
{
    std::string room;
    const auto text = wire::as_utf8(bytes, room);
    if (text.size() > size_max) return false;
    make_room(text.size());
    json::parse_options options;
    options.max_depth = depth_max;
    options.allow_trailing_commas = true;
    options.allow_invalid_utf8 = true; // as_utf8() has seen to it
    json::basic_parser<Flattener> parser(options, *this, text);
    boost::system::error_code failure;
    return parser.write_some(false, text.data(), text.size(), failure) == text.size() && !failure;
}

} // namespace gatehouse::facepush
