#pragma once
#include "tests/site/day/message.hpp"
#include "tests/site/site.hpp"

#include <string>
#include <vector>

namespace gatehouse::site::day {

// What has come of the day, as text that a person can check: one section after another, each a table.
// `report` is what the gateway answers to `gatehouse report --json`.
[[nodiscard]] std::string chronicle(const Site& site, const std::vector<Message>& messages,
                                    const std::string& report);

// The lines that count in which the two differ, "-" for the first and "+" for the second; empty when they are
// equal.
[[nodiscard]] std::string line_diff(const std::string& first, const std::string& second,
                                    bool (*counts)(const std::string& line));

} // namespace gatehouse::site::day
