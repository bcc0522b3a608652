#pragma once
#include "gateway/model/event.hpp"
#include "protocols/webhook-in/body.hpp"
#include "protocols/webhook-in/device_time.hpp"
#include "protocols/webhook-in/pointer.hpp"
#include "protocols/webhook-in/shapes.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

// A way to a value: from the event, or from the root of the body that it came in.
struct Place {
    Pointer pointer;
    bool from_body = false;
};

// Where a field of ours comes from.
struct Field {
    const Slot* slot = nullptr; // which field; of the rule's shape, never null
    std::vector<Place> places;  // the first that holds something counts
    // The device's words in ours; those not in it stay as they are.
    std::map<std::string, std::string, std::less<>> values;
    std::optional<std::string> other;   // instead: what those not in it become
    std::optional<std::string> missing; // when no place holds anything; a constant has no places
};

struct Condition {
    std::optional<std::string> url; // the post went to /push/{device-id} and this
    Place place;
    std::vector<std::string> is; // one of these
    bool exists = true;          // without `is`: whether something is there at all
};

struct PictureField {
    std::string kind; // scene | plate | face | vehicle
    Place place;
};

// What becomes of the events that fulfil all of its conditions.
struct Rule {
    std::string name; // how messages call it
    Becomes becomes = Becomes::ignore;
    std::vector<Condition> when;
    std::vector<Field> fields;
    std::vector<Place> key; // what makes a record unique at its device
    std::vector<PictureField> pictures;

    void fill(Field field);
    [[nodiscard]] const Field* field(FieldName wanted) const // null: not filled
    {
        const auto number = numbers_[wanted.index()];
        return number == 0 ? nullptr : &fields[number - 1U];
    }

private:
    std::array<std::uint8_t, FieldName::count> numbers_{}; // of the fields by their names, from 1; 0: none
};

// How the posts of one make are read: [[device]] in sample.toml explains every part. Immutable.
struct Mapping {
    Format format = Format::automatic;
    std::optional<Pointer> unwrap; // a text that holds the document itself, as JSON
    Pointer events;
    TimeRules times;
    std::vector<Rule> rules; // the first that fits is taken
    std::size_t picture_size_max = 2U << 20;
};

enum class Refusal { none, no_body, no_rule, incomplete, not_understood, too_many };
[[nodiscard]] std::string_view to_string(Refusal refusal);

// One event of a post as the model knows it, or why not. The session adds the times.
struct Mapped {
    enum class Outcome { event, heartbeat, ignored, refused };
    Outcome outcome = Outcome::refused;
    Refusal refusal = Refusal::none;
    std::string text; // why it was refused: one plain sentence that names the path; nothing personal
    const Rule* rule = nullptr;
    model::Event event; // body, device_time, device_key, device_record, direction, history, pictures
    bool keyed = false; // whether device_key tells it from every other record
    std::optional<base::WallTime> sent;
    std::map<std::string, std::string> facts; // of a heartbeat: model, serial, firmware
    std::vector<std::string> notes;           // what could not be read and was left out
};

// Everything in a post, in its order; at least one entry. total. Pure.
[[nodiscard]] std::vector<Mapped> map(const Mapping& mapping, const Post& post);

} // namespace gatehouse::webhook_in
