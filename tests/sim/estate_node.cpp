#include "tests/sim/estate_node.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace gatehouse::sim {

void fail(const toml::node& node, const std::string& what)
{
    const auto& source = node.source();
    throw std::runtime_error(fmt::format("{}:{}:{}: {}", source.path ? *source.path : "estate",
                                         source.begin.line, source.begin.column, what));
}

std::string text_of(const toml::node& node)
{
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    fail(node, "a text, a number or true/false belongs here");
}

std::uint64_t number_of(const toml::node& node)
{
    const auto* number = node.as_integer();
    if (number == nullptr || number->get() < 0) fail(node, "a number from 0 belongs here");
    return static_cast<std::uint64_t>(number->get());
}

Span span_of(const toml::node& node)
{
    const auto span = parse_span(text_of(node));
    if (!span) fail(node, "a span such as \"250ms\", \"2s\" or \"5m\" belongs here");
    return *span;
}

Span moment_of(const toml::node& node)
{
    const auto moment = parse_moment(text_of(node));
    if (!moment) fail(node, "a span such as \"2s\" or a time such as \"07:30:15\" belongs here");
    return *moment;
}

bool flag_of(const toml::node& node)
{
    const auto* flag = node.as_boolean();
    if (flag == nullptr) fail(node, "true or false belongs here");
    return flag->get();
}

std::vector<std::string> texts_of(const toml::node& node)
{
    const auto* array = node.as_array();
    if (array == nullptr) fail(node, "a list of texts belongs here");
    std::vector<std::string> out;
    for (const auto& element : *array)
        out.push_back(text_of(element));
    return out;
}

double rate_of(const toml::node& node)
{
    const auto rate = parse_rate(text_of(node));
    if (!rate) fail(node, "a rate such as \"100/s\" belongs here");
    return *rate;
}

Listen listen_of(const toml::node& node)
{
    Listen listen;
    const auto text = text_of(node);
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) fail(node, "listen is ADDRESS:PORT");
    listen.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + colon + 1, end, listen.port).ptr != end)
        fail(node, "listen is ADDRESS:PORT");
    return listen;
}

} // namespace gatehouse::sim
