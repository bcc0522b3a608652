#include "protocols/wire/flat_json.hpp"

#include "protocols/wire/name_table.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace gatehouse::wire {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 32;

// Puts value behind value as the parser comes to them. The parser calls it.
class Builder {
    using error_code = boost::system::error_code;
    using Kind = JsonValue::Kind;

public:
    static constexpr std::size_t max_object_size =
        512; // because each member is compared with those behind it
    static constexpr std::size_t max_array_size = 100'000;
    static constexpr std::size_t max_key_size = std::string_view::npos; // no longer than the bytes
    static constexpr std::size_t max_string_size = std::string_view::npos;

    Builder(std::string_view bytes, std::vector<JsonValue>& values, std::forward_list<std::string>& made)
        : bytes_(bytes), values_(values), made_(made)
    {
        constexpr std::size_t usual = 64;
        values_.reserve(usual);
    }

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& error) { return open(Kind::object, error); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code& error) { return open(Kind::list, error); }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    // Names and texts with escapes come in pieces.
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_key(json::string_view last, std::size_t, error_code&)
    {
        name_ = whole(last);
        replace_namesake();
        return true;
    }
    bool on_string(json::string_view last, std::size_t, error_code& error)
    {
        return add(Kind::text, whole(last), error);
    }

    static bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view text, error_code& error)
    {
        return add(Kind::number, text, error);
    }
    bool on_uint64(std::uint64_t, json::string_view text, error_code& error)
    {
        return add(Kind::number, text, error);
    }
    bool on_double(double number, json::string_view, error_code& error)
    {
        std::array<char, 32> text{};
        auto* end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        // 1.0 is a whole number to whoever wrote it.
        return add(Kind::number, made_.emplace_front(text.data(), end), error);
    }
    bool on_bool(bool flag, error_code& error) { return add(Kind::truth, flag ? "true" : "false", error); }
    bool on_null(error_code& error) { return add(Kind::null, {}, error); }
    static bool on_comment_part(json::string_view, error_code&) { return true; }
    static bool on_comment(json::string_view, error_code&) { return true; }

private:
    // An object or list that has not ended.
    struct Level {
        std::size_t first = 0;   // of the values inside
        std::uint64_t names = 0; // a bit for each, by its hash
    };

    bool keep(json::string_view part)
    {
        pieces_.append(part.data(), part.size());
        return true;
    }

    std::string_view whole(json::string_view last)
    {
        const std::less_equal<> before;
        const bool stands_here =
            before(bytes_.data(), last.data()) && before(last.end(), bytes_.data() + bytes_.size());
        if (pieces_.empty() && stands_here) return last;
        keep(last);
        return made_.emplace_front(std::exchange(pieces_, {}));
    }

    // Of members that have the same name the last one counts.
    void replace_namesake()
    {
        auto& [first, names] = open_[depth_ - 1];
        const auto bit = std::uint64_t{1} << name_hash(name_) % 64;
        const bool may_be_there = (names & bit) != 0;
        names |= bit;
        for (auto at = first; may_be_there && at < values_.size(); at += 1 + values_[at].inside)
            if (values_[at].name == name_) values_[at].replaced = true;
    }

    bool add(Kind kind, std::string_view text, error_code& error)
    {
        constexpr std::size_t values_max = 200'000;
        if (values_.size() == values_max) {
            error = json::error::array_too_large;
            return false;
        }
        values_.push_back({.name = name_, .text = text, .kind = kind});
        name_ = {};
        return true;
    }

    bool open(Kind kind, error_code& error)
    {
        open_[depth_++] = {values_.size() + 1}; // the parser allows no more than depth_max
        return add(kind, {}, error);
    }

    bool close()
    {
        const auto first = open_[--depth_].first;
        values_[first - 1].inside = static_cast<std::uint32_t>(values_.size() - first);
        return true;
    }

    std::string_view bytes_;
    std::vector<JsonValue>& values_;
    std::forward_list<std::string>& made_;
    std::string_view name_; // of the value that comes next
    std::string pieces_;
    std::array<Level, depth_max> open_{};
    std::size_t depth_ = 0;
};

} // namespace

const JsonValue* JsonValue::member(std::string_view wanted) const
{
    if (!is_object()) return nullptr;
    for (const auto& candidate : *this)
        if (candidate.name == wanted) return &candidate;
    return nullptr;
}

boost::system::error_code FlatJson::read(std::string_view bytes, json::parse_options options)
{
    values_.clear();
    bytes = as_utf8(bytes, converted_);
    options.max_depth = depth_max;
    options.allow_invalid_utf8 = true; // there is none any more
    json::basic_parser<Builder> parser(options, bytes, values_, made_);
    boost::system::error_code error;
    const auto size = parser.write_some(false, bytes.data(), bytes.size(), error);
    if (!error && size != bytes.size()) error = json::error::extra_data;
    if (!error && !root().is_object()) error = json::error::not_object;
    return error;
}

} // namespace gatehouse::wire
