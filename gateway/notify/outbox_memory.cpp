#include "gateway/model/json_writer.hpp"
#include "gateway/notify/outbox.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

// What an outbox leaves on disk: one JSON text, written with the cursor, read by the next start.
namespace gatehouse::notify {
namespace {

using std::chrono::milliseconds;

std::int64_t number_of(const boost::json::object& object, std::string_view name, std::int64_t fallback)
{
    const auto* value = object.if_contains(name);
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    return number == nullptr ? fallback : *number;
}

std::vector<std::int64_t> numbers_of(const boost::json::object& object, std::string_view name)
{
    std::vector<std::int64_t> numbers;
    const auto* value = object.if_contains(name);
    const auto* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr) return numbers;
    for (const auto& element : *array)
        if (const auto* number = element.if_int64()) numbers.push_back(*number);
    return numbers;
}

base::WallTime wall_of(std::int64_t ms)
{
    return base::WallTime(milliseconds(ms));
}

template <class Numbers>
void write_numbers(model::JsonWriter& json, std::string_view name, const Numbers& numbers)
{
    json.key(name).begin_array();
    for (const auto number : numbers)
        json.value(number);
    json.end_array();
}

} // namespace

std::string Outbox::save(base::MonoTime now, base::WallTime wall) const
{
    auto pending = left_;
    pending.insert(sending_.begin(), sending_.end());
    for (const auto& item : items_)
        pending.insert(item.seqs.begin(), item.seqs.end());
    std::vector<std::int64_t> sent_ms; // several of the same millisecond, too
    for (const auto at : window_.sent())
        sent_ms.push_back((wall - std::chrono::floor<milliseconds>(now - at)).time_since_epoch().count());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("upto", std::max(read_, upto_));
    write_numbers(json, "pending", pending);
    write_numbers(json, "sent_ms", sent_ms);
    json.member("folded", folded_.count).member("folded_severity", folded_.severity);
    json.member("folded_from_ms", folded_.from.time_since_epoch().count());
    json.member("folded_to_ms", folded_.to.time_since_epoch().count()).end_object();
    return text;
}

void Outbox::load(std::int64_t cursor, const std::string& text, base::MonoTime now, base::WallTime wall)
{
    read_ = upto_ = cursor;
    boost::system::error_code broken;
    const auto value = boost::json::parse(text, broken);
    const auto* object = broken ? nullptr : value.if_object();
    if (object == nullptr) return;
    upto_ = std::max(cursor, number_of(*object, "upto", cursor));
    for (const auto seq : numbers_of(*object, "pending"))
        if (seq > cursor && seq <= upto_) left_.insert(seq);
    folded_.count = std::max<std::int64_t>(0, number_of(*object, "folded", 0));
    folded_.severity =
        static_cast<int>(std::clamp<std::int64_t>(number_of(*object, "folded_severity", 4), 1, 4));
    folded_.from = wall_of(number_of(*object, "folded_from_ms", 0));
    folded_.to = wall_of(number_of(*object, "folded_to_ms", 0));
    // A wall clock that was set meanwhile makes a message younger at most: the pace is kept either way.
    for (const auto ms : numbers_of(*object, "sent_ms"))
        window_.note(now - std::max(wall - wall_of(ms), milliseconds(0)));
}

} // namespace gatehouse::notify
