#pragma once
#include "tests/sim/text.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim {

// What a machine does with the next order that moves metal: carries it out; refuses; carries it out and never
// answers; carries it out and answers late.
enum class CommandMood { ok, refuse, silent, late };

// The troubles that every make knows by the same words, so that one scenario runs over all of them. What a
// word means in bytes is each make's own business.
struct Moods {
    bool cut = false;       // its network: takes no connection, drops those there are, sends nothing
    bool half_open = false; // takes connections, reads nothing, says nothing
    bool mute = false;      // link alive, its log grows, nothing is told live
    bool duplicate = false; // tells everything twice
    bool garbage = false;   // junk before the next message; over with it
    bool truncate = false;  // the next message is cut in the middle; over with it
    CommandMood command = CommandMood::ok;
    Span clock_skew{0}; // its clock minus true time
};

inline constexpr Span late_answer{3000};
// No message of any make.
inline constexpr std::string_view junk("\x00\xff\x17\x03<junk>\r\n\x7e\xaa\x55 no message at all \xfe", 35);

// Carries out one of these words: "ok", "error: why", or nothing when `word` is none of them.
[[nodiscard]] std::optional<std::string> set_mood(Moods& moods, std::string_view word,
                                                  const std::vector<std::string>& values);
// "on", "true", "off", "false"; nothing for any other text.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text);
// One message as these moods let it out: in pieces that are sent one after another. Ends garbage and
// truncate.
[[nodiscard]] std::vector<std::string> mangled(Moods& moods, std::string message);
// "error: not of this make: <why>"
[[nodiscard]] std::string not_of_this_make(std::string_view why);

// The words behind "emit DEVICE": a type, then a text and options such as count=3 in any order.
struct Emission {
    std::string type;
    std::string text;
    std::size_t count = 1;
    std::map<std::string, std::string, std::less<>> options;
    [[nodiscard]] int number(std::string_view option, int otherwise) const;
};
[[nodiscard]] std::optional<Emission> parse_emission(const std::vector<std::string>& words);

} // namespace gatehouse::sim
