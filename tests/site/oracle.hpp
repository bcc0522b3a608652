#pragma once
#include "tests/site/site.hpp"

#include <string>
#include <vector>

namespace gatehouse::site {

// What may be taken as an excuse in one run.
struct Leniency {
    bool bytes_corrupted = false; // a damaged record number makes one read look like two
    bool clock_stepped = false;   // without trusted device time, a late read cannot be told from a fresh one
};

// Everything a run has to answer for, one sentence a breach; empty when all promises were kept. To be called
// when the site has been well for a while.
[[nodiscard]] std::vector<std::string> breaches(const Site& site, const Leniency& leniency);

} // namespace gatehouse::site
