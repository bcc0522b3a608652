#include "tests/sim/estate.hpp"

#include "tests/sim/estate_node.hpp"
#include "tests/sim/makes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gatehouse::sim {
namespace {

// "mute on": the verb of the control channel and what follows it.
void read_command(const std::string& line, ScriptedEvent& event)
{
    std::istringstream words(line);
    words >> event.verb;
    for (std::string word; words >> word;)
        event.words.push_back(word);
}

ScriptedEvent scripted(const toml::table& table)
{
    ScriptedEvent event;
    std::string type;
    std::string command;
    for (const auto& [key, node] : table) {
        if (key == "device")
            event.device = text_of(node);
        else if (key == "at")
            event.at = moment_of(node);
        else if (key == "every")
            event.every = span_of(node);
        else if (key == "count")
            event.count = number_of(node);
        else if (key == "type")
            type = text_of(node);
        else if (key == "command")
            command = text_of(node);
        else if (key == "text")
            event.words.push_back(text_of(node));
        else
            event.words.push_back(fmt::format("{}={}", key.str(), text_of(node)));
    }
    if (type.empty() == command.empty()) fail(table, "every event needs a type or a command");
    if (command.empty())
        event.words.insert(event.words.begin(), type);
    else
        read_command(command, event);
    return event;
}

// The number whose turn it is, in place of the range in `word`.
std::string in_turn(const std::string& word, std::size_t n)
{
    const auto first = between(word, "{", "..");
    const auto last = between(word, "..", "}");
    std::size_t from = 0;
    std::size_t to = 0;
    const bool numbers = std::from_chars(first.data(), first.data() + first.size(), from).ec == std::errc() &&
                         std::from_chars(last.data(), last.data() + last.size(), to).ec == std::errc();
    if (!numbers || to < from) return word;
    return replaced(word, "{" + first + ".." + last + "}", std::to_string(from + n % (to - from + 1)));
}

void read_tables(const std::string& name, const toml::node& node, Estate& estate)
{
    const auto known = makes();
    const auto make =
        std::find_if(known.begin(), known.end(), [&](const Make& m) { return m.table == name; });
    const auto* list = node.as_array();
    if (list == nullptr || (make == known.end() && name != "event"))
        fail(node, fmt::format("[[{}]] does not belong here", name));
    for (const auto& element : *list) {
        const auto* table = element.as_table();
        if (table == nullptr) fail(element, "a table belongs here");
        if (make == known.end())
            estate.script.push_back(scripted(*table));
        else
            make->add(*table, estate.machines);
    }
}

} // namespace

std::vector<std::string> ScriptedEvent::words_of(std::size_t n) const
{
    std::vector<std::string> said;
    for (const auto& word : words)
        said.push_back(in_turn(word, n));
    return said;
}

void begin_at(Estate& estate, Span moment)
{
    for (auto& event : estate.script) {
        while (event.first < event.count && event.time_of(event.first) < moment)
            ++event.first;
        event.at -= moment;
    }
}

Estate parse_estate(std::string_view text, const std::string& name)
{
    Estate estate;
    try {
        const toml::table root = toml::parse(text, name);
        for (const auto& [key, node] : root)
            read_tables(std::string(key.str()), node, estate);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(fmt::format("{}:{}:{}: {}", name, error.source().begin.line,
                                             error.source().begin.column, error.description()));
    }
    return estate;
}

Estate load_estate(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::stringstream text;
    text << file.rdbuf();
    return parse_estate(text.str(), path);
}

} // namespace gatehouse::sim
