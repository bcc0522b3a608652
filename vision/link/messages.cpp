#include "vision/link/messages.hpp"

#include "gateway/model/enum_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "vision/link/json_reader.hpp"

#include <array>

namespace gatehouse::vision {
namespace {

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

template <class Variant>
base::Result<std::string> encode_any(const Variant& message, std::uint8_t first_type)
{
    Frame frame;
    frame.type = static_cast<std::uint8_t>(first_type + message.index());
    std::visit([&](const auto& whole) { Writer(frame).object(whole); }, message);
    return encode_frame(frame);
}

template <class Variant, std::size_t N = 0>
base::Result<Variant> read_alternative(std::size_t index, std::string_view text,
                                       std::vector<std::string>& blobs)
{
    if constexpr (N < std::variant_size_v<Variant>) {
        if (index != N) return read_alternative<Variant, N + 1>(index, text, blobs);
        auto whole = read_json<std::variant_alternative_t<N, Variant>>(text, blobs);
        if (!whole) return whole.error();
        return Variant(std::move(*whole));
    } else {
        return base::Errc::bad_input;
    }
}

template <class Variant>
base::Result<Variant> decode_any(Frame& frame, std::uint8_t first_type)
{
    if (frame.type < first_type) return base::Errc::bad_input;
    return read_alternative<Variant>(frame.type - first_type, frame.json, frame.blobs);
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

base::Result<ProbeResult> parse_probe(std::string_view text)
{
    std::vector<std::string> no_blobs;
    return read_json<ProbeResult>(text, no_blobs);
}

base::Result<PlateVerdict> parse_verdict(std::string_view text)
{
    std::vector<std::string> no_blobs;
    return read_json<PlateVerdict>(text, no_blobs);
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
