#pragma once
#include <boost/json/parse_options.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::wire {

// One value of a FlatJson. Those inside it stand behind it: whoever walks through a document once needs no
// tree.
struct JsonValue {
    enum class Kind : std::uint8_t { null, truth, number, text, object, list };
    class Iterator;

    std::string_view name; // of a member
    std::string_view text; // numbers and truths as well
    Kind kind = Kind::text;
    bool replaced = false;    // by a member of the same name that came later
    std::uint32_t inside = 0; // how many values

    [[nodiscard]] bool is_object() const { return kind == Kind::object; }
    [[nodiscard]] bool is_list() const { return kind == Kind::list; }
    // The member of an object, or null.
    [[nodiscard]] const JsonValue* member(std::string_view wanted) const;
    // Members of an object that were not replaced, items of a list.
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;
};

class JsonValue::Iterator {
public:
    Iterator(const JsonValue* at, const JsonValue* end) : at_(at), end_(end) { skip_replaced(); }
    const JsonValue& operator*() const { return *at_; }
    const JsonValue* operator->() const { return at_; }
    Iterator& operator++()
    {
        at_ += 1 + at_->inside;
        skip_replaced();
        return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

private:
    void skip_replaced()
    {
        while (at_ != end_ && at_->replaced)
            at_ += 1 + at_->inside;
    }

    const JsonValue* at_;
    const JsonValue* end_;
};

inline JsonValue::Iterator JsonValue::begin() const
{
    return {this + 1, this + 1 + inside};
}

inline JsonValue::Iterator JsonValue::end() const
{
    return {this + 1 + inside, this + 1 + inside};
}

// A JSON document whose values lie in a row as the parser came to them, with texts that stay in the bytes it
// was read from: these have to outlive it.
class FlatJson {
public:
    FlatJson() = default;
    FlatJson(const FlatJson&) = delete;
    FlatJson& operator=(const FlatJson&) = delete;

    // The whole of the bytes has to be one object; what is no UTF-8 is read as GB18030. total.
    [[nodiscard]] boost::system::error_code read(std::string_view bytes, boost::json::parse_options options);
    // An object. Only when it was read without an error.
    [[nodiscard]] const JsonValue& root() const { return values_.front(); }

private:
    std::vector<JsonValue> values_;
    std::string converted_;               // what was no UTF-8
    std::forward_list<std::string> made_; // texts with escapes, fractions: they do not stand in the bytes
};

} // namespace gatehouse::wire
