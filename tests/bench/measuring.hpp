#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::bench {

// Processor time of this thread in ms: one thread does all the work, and others of the machine do not count.
inline double milliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

inline double quantile(std::vector<double> values, double share)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
    return values[std::min(values.size() - 1, at)];
}

inline std::string machine()
{
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

// The last line of a program that prints tables: one JSON object of numbers, for run.py. Names are taken as
// they are.
inline void print_figures(std::initializer_list<std::pair<const char*, double>> figures)
{
    std::string members;
    for (const auto& [name, value] : figures)
        members += fmt::format("{}\"{}\": {:.3f}", members.empty() ? "" : ", ", name, value);
    fmt::print("{{{}}}\n", members);
}

} // namespace gatehouse::bench
