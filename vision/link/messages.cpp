#include "vision/link/messages.hpp"

#include "gateway/model/enum_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "protocols/wire/json_document.hpp"
#include "vision/link/fields.hpp"

#include <boost/json.hpp>

#include <array>
#include <limits>
#include <utility>

namespace gatehouse::vision {
namespace {

namespace json = boost::json;

constexpr std::size_t items_max = 1024;
// Types of the two directions do not overlap, so a frame that comes back is recognised.
constexpr std::uint8_t to_worker_base = 1;
constexpr std::uint8_t from_worker_base = 65;

constexpr std::array<std::string_view, 6> question_words{"snapshot",        "evidence", "plate_check",
                                                         "enrolment_check", "presence", "probe"};

class Writer {
public:
    explicit Writer(Frame& frame) : frame_(frame), json_(frame.json) {}

    template <class T>
    void each(std::string_view name, const T& member)
    {
        json_.key(name);
        value(member);
    }
    void blob(const std::string& bytes) { frame_.blobs.push_back(bytes); }

    template <class T>
    void object(const T& whole)
    {
        json_.begin_object();
        fields(whole, *this);
        json_.end_object();
    }

private:
    template <class T>
    void value(const T& whole)
    {
        if constexpr (std::is_class_v<T>)
            object(whole);
        else
            json_.value(whole);
    }
    void value(const std::string& text) { json_.value(text); }
    void value(const base::Secret& secret) { json_.value(secret.expose()); }
    void value(const Question& question) { json_.value(to_string(question)); }
    void value(const model::LinkState& state) { json_.value(model::to_string(state)); }
    void value(const base::WallTime& time)
    {
        json_.value(static_cast<std::int64_t>(time.time_since_epoch().count()));
    }
    template <class T>
    void value(const std::vector<T>& list)
    {
        json_.begin_array();
        for (const auto& item : list)
            value(item);
        json_.end_array();
    }
    template <class T>
    void value(const std::map<std::string, T>& map)
    {
        json_.begin_object();
        for (const auto& [name, item] : map)
            each(name, item);
        json_.end_object();
    }

    Frame& frame_;
    model::JsonWriter json_;
};

// The first value of a wrong type marks the whole message as bad, which is asked for once at the end.
class Reader {
public:
    Reader(const json::object& object, std::vector<std::string>& blobs) : object_(&object), blobs_(blobs) {}

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
    void value(const json::value& from, T& whole)
    {
        const auto* inner = from.if_object();
        if (inner == nullptr) return mark_bad();
        const auto* outer = std::exchange(object_, inner);
        fields(whole, *this);
        object_ = outer;
    }
    void value(const json::value& from, bool& flag)
    {
        from.is_bool() ? static_cast<void>(flag = from.get_bool()) : mark_bad();
    }
    void value(const json::value& from, std::string& text)
    {
        from.is_string() ? static_cast<void>(text = from.get_string()) : mark_bad();
    }
    void value(const json::value& from, double& number)
    {
        from.is_number() ? static_cast<void>(number = from.to_number<double>()) : mark_bad();
    }
    void value(const json::value& from, int& number) { whole_number(from, number); }
    void value(const json::value& from, std::int64_t& number) { whole_number(from, number); }
    void value(const json::value& from, std::uint64_t& number) { whole_number(from, number); }
    void value(const json::value& from, base::Secret& secret)
    {
        std::string text;
        value(from, text);
        secret = base::Secret(std::move(text));
    }
    void value(const json::value& from, Question& question)
    {
        if (!from.is_string() || !parse(std::string_view(from.get_string()), question)) mark_bad();
    }
    void value(const json::value& from, model::LinkState& state)
    {
        if (!from.is_string() || !model::parse(std::string_view(from.get_string()), state)) mark_bad();
    }
    void value(const json::value& from, base::WallTime& time)
    {
        std::int64_t milliseconds = 0;
        whole_number(from, milliseconds);
        time = base::WallTime(std::chrono::milliseconds(milliseconds));
    }
    template <class T>
    void value(const json::value& from, std::vector<T>& list)
    {
        const auto* items = from.if_array();
        if (items == nullptr || items->size() > items_max) return mark_bad();
        list.clear();
        for (const auto& item : *items)
            value(item, list.emplace_back());
    }
    template <class T>
    void value(const json::value& from, std::map<std::string, T>& map)
    {
        const auto* members = from.if_object();
        if (members == nullptr || members->size() > items_max) return mark_bad();
        map.clear();
        for (const auto& member : *members)
            value(member.value(), map[std::string(std::string_view(member.key()))]);
    }

    template <class T>
    void whole_number(const json::value& from, T& number)
    {
        json::error_code why;
        const auto read = from.to_number<T>(why);
        why ? mark_bad() : static_cast<void>(number = read);
    }
    void mark_bad() { bad_ = true; }

    const json::object* object_;
    std::vector<std::string>& blobs_;
    std::size_t blobs_at_ = 0;
    bool bad_ = false;
};

template <class Variant>
base::Result<std::string> encode_any(const Variant& message, std::uint8_t first_type)
{
    Frame frame;
    frame.type = static_cast<std::uint8_t>(first_type + message.index());
    std::visit([&](const auto& whole) { Writer(frame).object(whole); }, message);
    return encode_frame(frame);
}

template <class Variant, std::size_t N = 0>
base::Result<Variant> read_alternative(std::size_t index, const json::object& object,
                                       std::vector<std::string>& blobs)
{
    if constexpr (N < std::variant_size_v<Variant>) {
        if (index != N) return read_alternative<Variant, N + 1>(index, object, blobs);
        std::variant_alternative_t<N, Variant> whole;
        Reader reader(object, blobs);
        fields(whole, reader);
        if (reader.bad()) return base::Errc::bad_input;
        return Variant(std::move(whole));
    } else {
        return base::Errc::bad_input;
    }
}

template <class Variant>
base::Result<Variant> decode_any(Frame& frame, std::uint8_t first_type)
{
    if (frame.type < first_type) return base::Errc::bad_input;
    wire::JsonDocument document;
    json::parse_options options;
    options.max_depth = 16;
    base::error_code why;
    const auto read = document.parse(frame.json, options, why);
    if (why || read != frame.json.size() || !document.root.is_object()) return base::Errc::bad_input;
    return read_alternative<Variant>(frame.type - first_type, document.root.get_object(), frame.blobs);
}

} // namespace

std::string_view to_string(Question question)
{
    return question_words[static_cast<std::size_t>(question)];
}

bool parse(std::string_view word, Question& question)
{
    for (std::size_t n = 0; n < question_words.size(); ++n)
        if (question_words[n] == word) {
            question = static_cast<Question>(n);
            return true;
        }
    return false;
}

base::Result<std::string> encode(const ToWorker& message)
{
    return encode_any(message, to_worker_base);
}

base::Result<std::string> encode(const FromWorker& message)
{
    return encode_any(message, from_worker_base);
}

base::Result<ToWorker> decode_to_worker(Frame frame)
{
    return decode_any<ToWorker>(frame, to_worker_base);
}

base::Result<FromWorker> decode_from_worker(Frame frame)
{
    return decode_any<FromWorker>(frame, from_worker_base);
}

} // namespace gatehouse::vision
