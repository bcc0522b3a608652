#include "protocols/webhook-in/mapping.hpp"

#include "protocols/webhook-in/encodings.hpp"
#include "protocols/webhook-in/gatekeeper.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/wire/plate_words.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gatehouse::webhook_in {
namespace {

using Outcome = Mapped::Outcome;
using wire::ascii::same_word;

constexpr std::size_t events_max = 1000;   // in one post
constexpr std::size_t key_size_max = 121;  // with the letter before it
constexpr std::size_t text_size_max = 512; // of anything that is no picture
constexpr std::size_t shown_max = 40;      // of a value in a message

std::string hash_of(std::string_view text)
{
    return to_hex(sha256(text)).substr(0, 32);
}

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + (word.empty() ? std::string("\"\"") : word);
    return out;
}

std::optional<bool> read_flag(std::string_view text)
{
    for (const std::string_view yes : {"true", "1", "yes", "on"})
        if (same_word(text, yes)) return true;
    for (const std::string_view no : {"false", "0", "no", "off"})
        if (same_word(text, no)) return false;
    return std::nullopt;
}

std::optional<double> read_number(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// Reads the fields of one event by one rule. The first failure of a required one refuses the event; of
// another one it is noted, and the field stays empty.
class Reader {
public:
    Reader(const Mapping& mapping, const Rule& rule, const json::value& event, const json::value& body)
        : mapping_(mapping), rule_(rule), event_(event), body_(body)
    {
    }

    std::string text(FieldName name) { return std::string(raw(name).value_or("")); }

    int number(FieldName name, int fallback)
    {
        const auto value = decimal(name);
        if (!value) return fallback;
        if (std::abs(*value) <= 1e9) return static_cast<int>(*value);
        wrong(name, "holds a number that is too large");
        return fallback;
    }

    std::optional<double> decimal(FieldName name)
    {
        const auto text = raw(name);
        if (!text || text->empty()) return std::nullopt;
        const auto value = read_number(*text);
        if (!value) wrong(name, "holds " + shown(name, *text) + ", which is no number");
        return value;
    }

    bool flag(FieldName name, bool fallback)
    {
        const auto text = raw(name);
        if (!text) return fallback;
        const auto value = read_flag(*text);
        if (!value)
            wrong(name,
                  "holds " + shown(name, *text) + "; right would be true or false: translate it with values");
        return value.value_or(fallback);
    }

    // One of the slot's words, or empty.
    std::string word(FieldName name)
    {
        const auto text = raw(name);
        if (!text) return {};
        const auto& slot = *rule_.field(name)->slot;
        for (const auto& known : slot.words)
            if (same_word(known, *text)) return known;
        wrong(name, "holds " + shown(name, *text) + "; right would be one of " + joined(slot.words) +
                        ": translate it with values");
        return {};
    }

    std::optional<base::WallTime> time(FieldName name)
    {
        const auto text = raw(name);
        if (!text || text->empty() || *text == "0") return std::nullopt;
        const auto value = read_time(*text, mapping_.times);
        if (!value) wrong(name, "holds " + shown(name, *text) + ", which is no time that is known here");
        return value;
    }

    // By the fields that were chosen, else by all that the event says, provided that it says when.
    void key(Mapped& mapped)
    {
        std::string key = "k";
        bool found = false;
        for (const auto& place : rule_.key) {
            const auto* at = find(place);
            const auto part = at == nullptr ? std::nullopt : scalar_text(*at, room_);
            found = found || (part && !part->empty());
            key += '/';
            key += part.value_or("");
        }
        if (!rule_.key.empty() && !found) notes_.push_back("key: none of its paths holds anything");
        if (!found && !mapped.event.device_time) return;
        mapped.keyed = true;
        if (!found)
            mapped.event.device_key = "h/" + hash_of(json::serialize(event_));
        else if (key.size() > key_size_max)
            mapped.event.device_key = "kh/" + hash_of(std::string_view(key).substr(1));
        else
            mapped.event.device_key = std::move(key);
    }

    void pictures(model::Event& event)
    {
        for (const auto& wanted : rule_.pictures) {
            const auto* at = find(wanted.place);
            const auto* text = at == nullptr ? nullptr : at->if_string();
            if (text == nullptr) continue; // events without one are usual
            auto read = read_picture({text->data(), text->size()}, mapping_.picture_size_max);
            if (!read.why.empty())
                notes_.push_back(fmt::format("picture {} {}", wanted.place.pointer.text(), read.why));
            if (read.bytes == nullptr) continue;
            model::Picture picture;
            picture.kind = wanted.kind;
            picture.bytes = std::move(read.bytes);
            event.pictures.push_back(std::move(picture));
        }
    }

    [[nodiscard]] bool failed() const { return !failure_.empty(); }
    [[nodiscard]] Refusal refusal() const { return refusal_; }
    std::string take_failure() { return std::move(failure_); }
    std::vector<std::string> take_notes() { return std::move(notes_); }

private:
    [[nodiscard]] const json::value& root(const Place& place) const
    {
        return place.from_body ? body_ : event_;
    }
    [[nodiscard]] const json::value* find(const Place& place) const
    {
        return place.pointer.find(root(place));
    }

    // The field's text after translation, until the next one is read; nothing when no place holds anything
    // and no constant stands in.
    std::optional<std::string_view> raw(FieldName name)
    {
        const auto* field = rule_.field(name);
        if (field == nullptr) return std::nullopt;
        for (const auto& place : field->places) {
            const auto* at = find(place);
            if (at == nullptr) continue;
            const auto text = scalar_text(*at, room_);
            if (!text)
                fail(name, Refusal::not_understood,
                     fmt::format("{} holds {}, not a single value", place.pointer.text(),
                                 at->is_array() ? "an array" : "an object"));
            else if (text->size() > text_size_max)
                fail(name, Refusal::not_understood,
                     fmt::format("{} holds a text of {} bytes", place.pointer.text(), text->size()));
            else
                return translated(*field, *text);
            return std::nullopt;
        }
        if (field->missing) return field->missing;
        const auto& first = field->places.front();
        if (field->slot->required) fail(name, Refusal::incomplete, first.pointer.missing(root(first)));
        return std::nullopt;
    }

    static std::string_view translated(const Field& field, std::string_view text)
    {
        const auto at = field.values.find(text);
        if (at != field.values.end()) return at->second;
        return field.other ? std::string_view(*field.other) : text;
    }

    [[nodiscard]] std::string shown(FieldName name, std::string_view text) const
    {
        if (rule_.field(name)->slot->personal) return fmt::format("a text of {} bytes", text.size());
        return fmt::format("\"{}\"", wire::replace_invalid(text.substr(0, shown_max)));
    }

    void wrong(FieldName name, const std::string& what)
    {
        const auto& places = rule_.field(name)->places;
        fail(name, Refusal::not_understood,
             (places.empty() ? "it" : places.front().pointer.text()) + " " + what);
    }

    // Only for fields that the rule fills.
    void fail(FieldName name, Refusal refusal, const std::string& what)
    {
        auto sentence = fmt::format("{}: {}", name.text(), what);
        if (!rule_.field(name)->slot->required) {
            notes_.push_back(std::move(sentence));
        } else if (failure_.empty()) {
            failure_ = std::move(sentence);
            refusal_ = refusal;
        }
    }

    const Mapping& mapping_;
    const Rule& rule_;
    const json::value& event_;
    const json::value& body_;
    std::string room_; // for the text of a number
    std::string failure_;
    Refusal refusal_ = Refusal::none;
    std::vector<std::string> notes_;
};

// ---- one function for each kind of event ----

void vehicle(Reader& read, model::VehiclePassage& out)
{
    out.plate.text = wire::plate_text(read.text("plate"));
    out.plate.color = wire::plate_color(read.text("color"));
    if (const auto confidence = read.decimal("confidence"))
        out.plate.confidence = wire::confidence(*confidence);
    out.vehicle_type = read.text("vehicle_type");
    out.vehicle_color = read.text("vehicle_color");
    out.device_list = read.word("list");
    out.lane_no = std::max(read.number("lane", 0), 0);
    out.passed = read.flag("passed", out.device_list != "deny");
}

void access(Reader& read, model::AccessAttempt& out)
{
    out.granted = read.flag("granted", false);
    out.credential = read.word("credential");
    if (out.credential.empty()) out.credential = "unknown";
    out.person = read.text("person");
    out.card = read.text("card");
    out.user_type = read.word("user_type");
    out.reason = read.word("reason");
    if (out.granted)
        out.reason.clear();
    else if (out.reason.empty())
        out.reason = "other";
    out.door = read.number("door", 0);
    out.reader = read.number("reader", 0);
}

model::DoorPosition door_position(const std::string& word)
{
    constexpr std::array<std::pair<std::string_view, model::DoorPosition>, 9> words{
        {{"opened", model::DoorPosition::opened},
         {"closed", model::DoorPosition::closed},
         {"unlocked", model::DoorPosition::unlocked},
         {"locked", model::DoorPosition::locked},
         {"forced_open", model::DoorPosition::forced_open},
         {"held_open", model::DoorPosition::held_open},
         {"remain_open", model::DoorPosition::remain_open},
         {"remain_closed", model::DoorPosition::remain_closed},
         {"normal", model::DoorPosition::normal}}};
    const auto at =
        std::find_if(words.begin(), words.end(), [&](const auto& entry) { return entry.first == word; });
    return at == words.end() ? model::DoorPosition::unknown : at->second;
}

void door(Reader& read, model::DoorState& out)
{
    out.position = door_position(read.word("position"));
    out.door = read.number("door", 1);
}

void barrier(Reader& read, model::BarrierMoved& out)
{
    const auto word = read.word("position");
    out.output = read.number("output", 1);
    if (word == "open") out.position = model::BarrierPosition::open;
    if (word == "closed") out.position = model::BarrierPosition::closed;
}

void barrier_fault(Reader& read, model::BarrierFault& out)
{
    out.fault = read.word("fault");
    out.output = read.number("output", 1);
    out.active = read.flag("active", true);
}

void tamper(Reader& read, model::Tamper& out)
{
    out.part = read.word("part");
    if (out.part.empty()) out.part = "case";
    out.active = read.flag("active", true);
}

void duress(Reader& read, model::Duress& out)
{
    out.door = read.number("door", 0);
    out.person = read.text("person");
}

void input(Reader& read, model::InputChanged& out)
{
    out.input = read.number("input", 1);
    out.active = read.flag("active", false);
}

void detection(Reader& read, model::Detection& out)
{
    out.what = read.word("what");
    out.target = read.word("target");
    out.channel = read.number("channel", 0);
    out.region = read.number("region", 0);
    out.active = read.flag("active", true);
}

void health(Reader& read, model::DeviceHealth& out)
{
    out.what = read.word("what");
    out.ok = read.flag("ok", false);
    out.detail = read.text("detail");
}

// Where it stays.
void fill_body(Becomes becomes, Reader& read, model::Body& body)
{
    switch (becomes) {
    case Becomes::vehicle: return vehicle(read, body.emplace<model::VehiclePassage>());
    case Becomes::access: return access(read, body.emplace<model::AccessAttempt>());
    case Becomes::door: return door(read, body.emplace<model::DoorState>());
    case Becomes::barrier: return barrier(read, body.emplace<model::BarrierMoved>());
    case Becomes::barrier_fault: return barrier_fault(read, body.emplace<model::BarrierFault>());
    case Becomes::tamper: return tamper(read, body.emplace<model::Tamper>());
    case Becomes::duress: return duress(read, body.emplace<model::Duress>());
    case Becomes::input: return input(read, body.emplace<model::InputChanged>());
    case Becomes::detection: return detection(read, body.emplace<model::Detection>());
    case Becomes::health: return health(read, body.emplace<model::DeviceHealth>());
    case Becomes::heartbeat:
    case Becomes::ignore: break; // no events
    }
}

bool fulfilled(const Condition& condition, const json::value& event, const Post& post)
{
    if (condition.url) return *condition.url == post.url;
    const auto* at = condition.place.pointer.find(condition.place.from_body ? *post.body : event);
    if (condition.is.empty()) return (at != nullptr) == condition.exists;
    std::string room;
    const auto text = at == nullptr ? std::nullopt : scalar_text(*at, room);
    return text && std::find(condition.is.begin(), condition.is.end(), *text) != condition.is.end();
}

const Rule* rule_for(const Mapping& mapping, const json::value& event, const Post& post)
{
    for (const auto& rule : mapping.rules)
        if (std::all_of(rule.when.begin(), rule.when.end(),
                        [&](const Condition& condition) { return fulfilled(condition, event, post); }))
            return &rule;
    return nullptr;
}

bool is_personal(const Mapping& mapping, const Pointer& pointer)
{
    for (const auto& rule : mapping.rules)
        for (const auto& field : rule.fields)
            for (const auto& place : field.places)
                if (field.slot->personal && place.pointer.text() == pointer.text()) return true;
    return false;
}

std::string seen_by(const Condition& condition, const Mapping& mapping, const json::value& event,
                    const Post& post)
{
    if (condition.url) return fmt::format("it came to \"{}\"", post.url);
    const auto& root = condition.place.from_body ? *post.body : event;
    const auto& pointer = condition.place.pointer;
    const auto* at = pointer.find(root);
    if (at == nullptr) return pointer.missing(root);
    std::string room;
    const auto text = scalar_text(*at, room);
    if (!text || condition.is.empty() || is_personal(mapping, pointer))
        return fmt::format("{} is something else", pointer.text());
    return fmt::format("{} is \"{}\"", pointer.text(), wire::replace_invalid(text->substr(0, shown_max)));
}

// What is there instead of what the conditions want.
std::string why_no_rule(const Mapping& mapping, const json::value& event, const Post& post)
{
    if (mapping.rules.empty()) return "there is no [[device.event]] yet";
    std::vector<std::string> seen;
    for (const auto& rule : mapping.rules)
        for (const auto& condition : rule.when) {
            auto text = seen_by(condition, mapping, event, post);
            if (std::find(seen.begin(), seen.end(), text) == seen.end()) seen.push_back(std::move(text));
        }
    if (seen.size() > 4) seen.resize(4);
    return fmt::format("no [[device.event]] fits: {}", fmt::join(seen, "; "));
}

void read_common(Reader& read, Mapped& mapped)
{
    auto& event = mapped.event;
    event.device_time = read.time("time");
    mapped.sent = read.time("sent");
    event.device_record = read.text("record");
    event.history = read.flag("history", false);
    const auto direction = read.word("direction");
    if (direction == "in") event.direction = model::Direction::in;
    if (direction == "out") event.direction = model::Direction::out;
    read.pictures(event);
    read.key(mapped);
}

void refuse(Mapped& mapped, Refusal refusal, std::string text)
{
    mapped.refusal = refusal;
    mapped.text = std::move(text);
}

void map_one(const Mapping& mapping, const json::value& event, const Post& post, Mapped& mapped)
{
    const auto* rule = rule_for(mapping, event, post);
    if (rule == nullptr) return refuse(mapped, Refusal::no_rule, why_no_rule(mapping, event, post));
    mapped.rule = rule;
    Reader read(mapping, *rule, event, *post.body);
    if (rule->becomes == Becomes::ignore) {
        mapped.outcome = Outcome::ignored;
        return;
    }
    if (rule->becomes == Becomes::heartbeat) {
        mapped.outcome = Outcome::heartbeat;
        mapped.sent = read.time("sent");
        if (!mapped.sent) mapped.sent = read.time("time");
        for (const FieldName name : {FieldName("model"), FieldName("serial"), FieldName("firmware")})
            if (auto text = read.text(name); !text.empty())
                mapped.facts[std::string(name.text())] = std::move(text);
        mapped.notes = read.take_notes();
        return;
    }
    fill_body(rule->becomes, read, mapped.event.body);
    if (!read.failed()) read_common(read, mapped);
    mapped.notes = read.take_notes();
    mapped.refusal = read.refusal();
    mapped.text = read.take_failure();
    if (mapped.refusal == Refusal::none) mapped.outcome = Outcome::event;
}

// The document that the post is really about.
ReadBody unwrapped(const Mapping& mapping, const Document& body)
{
    const auto* at = mapping.unwrap->find(*body);
    if (at == nullptr) return {nullptr, "unwrap: " + mapping.unwrap->missing(*body)};
    const auto* text = at->if_string();
    if (text == nullptr) return {Document(body, at), ""}; // some firmware leaves the wrapping out
    auto inner = read_body({text->data(), text->size()}, "", Format::json);
    if (!inner.value) inner.why = fmt::format("unwrap: in {}: {}", mapping.unwrap->text(), inner.why);
    return inner;
}

void map_document(const Mapping& mapping, const Post& post, std::vector<Mapped>& out)
{
    const auto* at = mapping.events.find(*post.body);
    // A make that sends its heartbeats to the same place sends no list with them.
    if (at == nullptr) {
        auto& mapped = out.emplace_back();
        map_one(mapping, *post.body, post, mapped);
        if (mapped.outcome == Outcome::refused)
            mapped.text += "; the whole was looked at, because events: " + mapping.events.missing(*post.body);
        return;
    }
    const auto* list = at->if_array();
    if (list == nullptr) return map_one(mapping, *at, post, out.emplace_back());
    if (list->size() > events_max)
        return refuse(out.emplace_back(), Refusal::too_many,
                      fmt::format("{} events in one post; at most {} are taken", list->size(), events_max));
    out.reserve(list->size());
    for (const auto& event : *list)
        map_one(mapping, event, post, out.emplace_back());
    if (out.empty()) out.emplace_back().outcome = Outcome::ignored; // an empty list is a sign of life
}

} // namespace

std::string_view to_string(Refusal refusal)
{
    switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::no_body: return "no_body";
    case Refusal::no_rule: return "no_rule";
    case Refusal::incomplete: return "incomplete";
    case Refusal::not_understood: return "not_understood";
    case Refusal::too_many: return "too_many";
    }
    return "none";
}

void Rule::fill(Field field)
{
    auto& number = numbers_[field.slot->name.index()];
    fields.push_back(std::move(field));
    number = static_cast<std::uint8_t>(fields.size());
}

std::vector<Mapped> map(const Mapping& mapping, const Post& post)
{
    std::vector<Mapped> out;
    if (!mapping.unwrap) {
        map_document(mapping, post, out);
        return out;
    }
    auto inner = unwrapped(mapping, post.body);
    if (inner.value)
        map_document(mapping, {post.url, std::move(inner.value)}, out);
    else
        refuse(out.emplace_back(), Refusal::no_body, std::move(inner.why));
    return out;
}

} // namespace gatehouse::webhook_in
