#pragma once
#include <string>
#include <string_view>

namespace gatehouse::wire {

// The bytes that were meant in a form or query: %XX and '+' decoded; a percent sign that begins no pair
// stays. total.
[[nodiscard]] std::string from_form(std::string_view encoded);

// Goes through a form or query as a device wrote it, "a=1&b=2", and gives each field as the text it meant, in
// UTF-8. Called by the codecs of devices that post forms. total.
class FormReader {
public:
    explicit FormReader(std::string_view form) : rest_(form) {}

    // Goes on to the next field that has a name; false when there is none.
    [[nodiscard]] bool next();
    // Of that field; they are good until next() is called.
    [[nodiscard]] std::string_view name() const { return name_.text; }
    [[nodiscard]] std::string_view value() const { return value_.text; }

private:
    struct Decoded {
        std::string bytes;
        std::string converted;
        std::string_view text; // in one of them
        // Takes it off the front, with the mark behind it: that mark, or a zero at the end.
        char take(std::string_view& rest, unsigned marks);
    };

    std::string_view rest_;
    Decoded name_;
    Decoded value_;
};

} // namespace gatehouse::wire
