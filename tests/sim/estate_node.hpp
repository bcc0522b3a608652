#pragma once
#include "tests/sim/text.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim {

// How the values of an estate file are read. Every mistake throws std::runtime_error: file:line:column: what.
[[noreturn]] void fail(const toml::node& node, const std::string& what);
// A text, a number or true/false, as text.
[[nodiscard]] std::string text_of(const toml::node& node);
[[nodiscard]] std::uint64_t number_of(const toml::node& node);
[[nodiscard]] Span span_of(const toml::node& node);
// A span, or a time of the day such as "07:30" or "07:30:15": so long after midnight.
[[nodiscard]] Span moment_of(const toml::node& node);
[[nodiscard]] bool flag_of(const toml::node& node);
[[nodiscard]] double rate_of(const toml::node& node); // a second
[[nodiscard]] std::vector<std::string> texts_of(const toml::node& node);

struct Listen {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one, printed on stdout
};
[[nodiscard]] Listen listen_of(const toml::node& node);

} // namespace gatehouse::sim
