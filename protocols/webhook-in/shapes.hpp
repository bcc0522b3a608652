#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

// What may become of a posted event.
enum class Becomes {
    vehicle,
    access,
    door,
    barrier,
    barrier_fault,
    tamper,
    duress,
    input,
    detection,
    health,
    heartbeat,
    ignore
};

enum class Type { text, number, flag, word, time };

// The name of a field of ours. The compiler finds it among all of them, and takes no other.
class FieldName {
    static constexpr std::array<std::string_view, 36> all{
        "time",   "sent",  "record",       "direction",     "history",    "plate",
        "passed", "color", "confidence",   "list",          "lane",       "granted",
        "person", "card",  "vehicle_type", "vehicle_color", "credential", "user_type",
        "reason", "door",  "reader",       "position",      "output",     "fault",
        "active", "part",  "input",        "what",          "target",     "channel",
        "region", "ok",    "detail",       "model",         "serial",     "firmware"};

public:
    static constexpr std::size_t count = all.size();

    consteval FieldName(const char* text) // NOLINT(google-explicit-constructor): it is that text
        : index_(static_cast<std::size_t>(std::find(all.begin(), all.end(), text) - all.begin()))
    {
        if (index_ == count) throw "no field of ours is called so"; // NOLINT: ends the compilation
    }
    [[nodiscard]] constexpr std::string_view text() const { return all[index_]; }
    [[nodiscard]] constexpr std::size_t index() const { return index_; }

private:
    std::size_t index_;
};

// One field of ours that a mapping may fill.
struct Slot {
    FieldName name;
    Type type = Type::text;
    bool required = false;
    bool personal = false;          // never shown, never logged
    std::vector<std::string> words; // of a word: what it may be
};

// The fields of one kind of event; "time" and the like, which all have, are among them.
struct Shape {
    Becomes becomes;
    std::string name; // in the configuration
    std::vector<Slot> slots;
};

[[nodiscard]] const std::vector<Shape>& shapes();
[[nodiscard]] const Shape& shape_of(Becomes becomes);

} // namespace gatehouse::webhook_in
