#include "tests/sim/estate.hpp"

#include "tests/sim/estate_node.hpp"
#include "tests/sim/makes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gatehouse::sim {
namespace {

ScriptedEvent scripted(const toml::table& table)
{
    ScriptedEvent event;
    std::string type;
    for (const auto& [key, node] : table) {
        if (key == "device")
            event.device = text_of(node);
        else if (key == "at")
            event.at = span_of(node);
        else if (key == "every")
            event.every = span_of(node);
        else if (key == "count")
            event.count = number_of(node);
        else if (key == "type")
            type = text_of(node);
        else if (key == "text")
            event.words.push_back(text_of(node));
        else
            event.words.push_back(fmt::format("{}={}", key.str(), text_of(node)));
    }
    if (type.empty()) fail(table, "every event needs a type");
    event.words.insert(event.words.begin(), type);
    return event;
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
