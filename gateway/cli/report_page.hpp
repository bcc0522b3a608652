#pragma once
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace gatehouse::cli {

// A table of figures: what the terminal and the page show alike.
struct Sheet {
    std::string title;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
};

// The sheets of a report as the API gives it. Rates come with their counts; what has no value says so.
[[nodiscard]] std::vector<Sheet> sheets_of(const boost::json::value& report);
// One page without anything from outside; every text is escaped.
[[nodiscard]] std::string report_page(const boost::json::value& report);

} // namespace gatehouse::cli
