#pragma once
#include "gateway/model/enum_text.hpp"
#include "protocols/wire/json_document.hpp"
#include "vision/link/fields.hpp"

#include <boost/json/object.hpp>

#include <utility>

namespace gatehouse::vision {

inline constexpr std::size_t json_items_max = 1024; // in a list

// The first value of a wrong type marks the whole message as bad, which is asked for once at the end.
class JsonReader {
public:
    JsonReader(const boost::json::object& object, std::vector<std::string>& blobs)
        : object_(&object), blobs_(blobs)
    {
    }

    template <class T>
    void each(std::string_view name, T& member)
    {
        const auto* found = object_->if_contains(name);
        if (found != nullptr && !found->is_null()) value(*found, member);
    }
    void blob(std::string& bytes)
    {
        if (blobs_at_ < blobs_.size()) bytes = std::move(blobs_[blobs_at_++]);
    }
    [[nodiscard]] bool bad() const { return bad_; }

private:
    template <class T>
    void value(const boost::json::value& from, T& whole)
    {
        const auto* inner = from.if_object();
        if (inner == nullptr) return mark_bad();
        const auto* outer = std::exchange(object_, inner);
        fields(whole, *this);
        object_ = outer;
    }
    void value(const boost::json::value& from, bool& flag)
    {
        from.is_bool() ? static_cast<void>(flag = from.get_bool()) : mark_bad();
    }
    void value(const boost::json::value& from, std::string& text)
    {
        from.is_string() ? static_cast<void>(text = from.get_string()) : mark_bad();
    }
    void value(const boost::json::value& from, double& number)
    {
        from.is_number() ? static_cast<void>(number = from.to_number<double>()) : mark_bad();
    }
    void value(const boost::json::value& from, int& number) { whole_number(from, number); }
    void value(const boost::json::value& from, std::int64_t& number) { whole_number(from, number); }
    void value(const boost::json::value& from, std::uint64_t& number) { whole_number(from, number); }
    void value(const boost::json::value& from, base::Secret& secret)
    {
        std::string text;
        value(from, text);
        secret = base::Secret(std::move(text));
    }
    void value(const boost::json::value& from, Question& question)
    {
        if (!from.is_string() || !parse(std::string_view(from.get_string()), question)) mark_bad();
    }
    void value(const boost::json::value& from, model::LinkState& state)
    {
        if (!from.is_string() || !model::parse(std::string_view(from.get_string()), state)) mark_bad();
    }
    void value(const boost::json::value& from, base::WallTime& time)
    {
        std::int64_t milliseconds = 0;
        whole_number(from, milliseconds);
        time = base::WallTime(std::chrono::milliseconds(milliseconds));
    }
    template <class T>
    void value(const boost::json::value& from, std::vector<T>& list)
    {
        const auto* items = from.if_array();
        if (items == nullptr || items->size() > json_items_max) return mark_bad();
        list.clear();
        for (const auto& item : *items)
            value(item, list.emplace_back());
    }
    template <class T>
    void value(const boost::json::value& from, std::map<std::string, T>& map)
    {
        const auto* members = from.if_object();
        if (members == nullptr || members->size() > json_items_max) return mark_bad();
        map.clear();
        for (const auto& member : *members)
            value(member.value(), map[std::string(std::string_view(member.key()))]);
    }

    template <class T>
    void whole_number(const boost::json::value& from, T& number)
    {
        boost::json::error_code why;
        const auto read = from.to_number<T>(why);
        why ? mark_bad() : static_cast<void>(number = read);
    }
    void mark_bad() { bad_ = true; }

    const boost::json::object* object_;
    std::vector<std::string>& blobs_;
    std::size_t blobs_at_ = 0;
    bool bad_ = false;
};

// The members that fields() lists, from one JSON object; blobs as far as there are any. Absent and null
// members keep their defaults, unknown ones are passed over. Errors: bad_input. total.
template <class T>
base::Result<T> read_json(std::string_view text, std::vector<std::string>& blobs)
{
    wire::JsonDocument document;
    boost::json::parse_options options;
    options.max_depth = 16;
    base::error_code why;
    const auto read = document.parse(text, options, why);
    if (why || read != text.size() || !document.root.is_object()) return base::Errc::bad_input;
    T whole;
    JsonReader reader(document.root.get_object(), blobs);
    fields(whole, reader);
    if (reader.bad()) return base::Errc::bad_input;
    return whole;
}

} // namespace gatehouse::vision
