#pragma once
#include "tests/sim/text.hpp"
#include "tests/site/site.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::site::day {

// Something a person does at a moment of the day; people.toml shows the words.
struct Deed {
    sim::Span at{0};
    std::map<std::string, std::string> words; // who, does, and what that needs
    std::vector<std::string> plates;          // of a list

    // Empty when it is not said.
    [[nodiscard]] std::string word(const std::string& name) const;
};

// A span in which the centre cannot be reached.
struct Outage {
    sim::Span away{0};
    sim::Span back{0};
};

struct People {
    std::vector<Deed> deeds;
    std::vector<Outage> outages;
};

// Throws std::runtime_error that names the place and the mistake.
[[nodiscard]] People load_people(const std::string& file);

// Does it at the gateway's control socket. "done", or the answer: the status of a refusal, the outcome of an
// order.
[[nodiscard]] std::string carry_out(Site& site, const Deed& deed);

} // namespace gatehouse::site::day
