#pragma once
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

// One field of ours that a mapping may fill.
struct Slot {
    std::string name;
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
