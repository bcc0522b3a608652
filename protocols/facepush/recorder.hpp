#pragma once
#include "protocols/facepush/fields.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::facepush {

// Keeps what a terminal sends while somebody asked for it (`device capture`): one message a line, its way
// (target or topic), a blank, its fields as a form. Persons, names, cards, numbers of papers and devices
// become pseudonyms and pictures become blank before anything is kept; passwords and unknown texts are left
// out. Bounded; what is beyond is dropped and said so.
class Recorder {
public:
    static constexpr std::size_t size_max = 4U << 20;

    [[nodiscard]] bool on() const { return on_; }
    void begin();
    void take(std::string_view way, const Fields& fields);
    // What was recorded; recording ends.
    [[nodiscard]] std::string end();

private:
    [[nodiscard]] std::string shown(std::string_view name, std::string_view value);
    [[nodiscard]] std::string pseudonym(const std::string& value);

    std::string text_;
    std::map<std::string, std::size_t> numbers_; // each value's own number; bounded by size_max
    bool on_ = false;
    bool cut_ = false;
};

struct RecordedLine {
    std::string way;
    Fields fields;
};
// The messages of a recording; a bare form or JSON document is one too. total.
[[nodiscard]] std::vector<RecordedLine> read_recording(std::string_view bytes);

} // namespace gatehouse::facepush
