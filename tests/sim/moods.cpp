#include "tests/sim/moods.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gatehouse::sim {
namespace {

constexpr std::array<std::pair<std::string_view, bool Moods::*>, 4> lasting{
    {{"cut", &Moods::cut},
     {"half_open", &Moods::half_open},
     {"mute", &Moods::mute},
     {"duplicate", &Moods::duplicate}}};
constexpr std::array<std::pair<std::string_view, CommandMood>, 4> command_moods{
    {{"ok", CommandMood::ok},
     {"refuse", CommandMood::refuse},
     {"silent", CommandMood::silent},
     {"late", CommandMood::late}}};

template <class Table>
auto find(const Table& rows, std::string_view name)
{
    return std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == name; });
}

} // namespace

std::optional<bool> parse_flag(std::string_view text)
{
    if (text == "on" || text == "true") return true;
    if (text == "off" || text == "false") return false;
    return std::nullopt;
}

std::optional<std::string> set_mood(Moods& moods, std::string_view word,
                                    const std::vector<std::string>& values)
{
    const std::string value = values.empty() ? "" : values[0];
    if (word == "garbage" || word == "truncate") {
        (word == "garbage" ? moods.garbage : moods.truncate) = parse_flag(value).value_or(true);
        return "ok";
    }
    if (const auto* row = find(lasting, word); row != lasting.end()) {
        const auto flag = parse_flag(value);
        if (!flag) return "error: " + std::string(word) + " DEVICE on|off";
        moods.*(row->second) = *flag;
        return "ok";
    }
    if (word == "command") {
        const auto* row = find(command_moods, value);
        if (row == command_moods.end()) return "error: command DEVICE ok|refuse|silent|late";
        moods.command = row->second;
        return "ok";
    }
    if (word != "clock_skew") return std::nullopt;
    const auto span = parse_span(value);
    if (!span) return "error: clock_skew DEVICE SPAN";
    moods.clock_skew = *span;
    return "ok";
}

std::vector<std::string> mangled(Moods& moods, std::string message)
{
    std::vector<std::string> out;
    if (std::exchange(moods.garbage, false)) out.emplace_back(junk);
    if (std::exchange(moods.truncate, false)) message.resize(message.size() / 2);
    if (moods.duplicate) out.push_back(message);
    out.push_back(std::move(message));
    return out;
}

std::string not_of_this_make(std::string_view why)
{
    return "error: not of this make: " + std::string(why);
}

int Emission::number(std::string_view option, int otherwise) const
{
    const auto found = options.find(option);
    if (found == options.end()) return otherwise;
    int value = otherwise;
    const auto& digits = found->second;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), value); // else what was there
    return value;
}

std::optional<Emission> parse_emission(const std::vector<std::string>& words)
{
    if (words.empty()) return std::nullopt;
    Emission emission;
    emission.type = words[0];
    for (std::size_t n = 1; n < words.size(); ++n) {
        const auto& word = words[n];
        if (const auto at = word.find('='); at != std::string::npos)
            emission.options[word.substr(0, at)] = word.substr(at + 1);
        else
            emission.text = word;
    }
    emission.count = static_cast<std::size_t>(std::max(1, emission.number("count", 1)));
    return emission;
}

} // namespace gatehouse::sim
