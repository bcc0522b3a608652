#include "gateway/config/issue.hpp"

#include <algorithm>

namespace gatehouse::config {

std::string to_string(const Issue& issue)
{
    std::string line =
        issue.file + ':' + std::to_string(issue.line) + ':' + std::to_string(issue.column) + ": ";
    if (!issue.path.empty()) line += issue.path + ": ";
    if (issue.warning) line += "warning: ";
    line += issue.text;
    // Keys and values come from the file: keep control characters away from the installer's terminal.
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
        ' ');
    return line;
}

bool has_errors(const Issues& issues)
{
    return std::any_of(issues.begin(), issues.end(), [](const Issue& issue) { return !issue.warning; });
}

void demand_service(Issues& issues)
{
    for (auto& issue : issues)
        if (issue.outside_service) issue.warning = false;
}

} // namespace gatehouse::config
