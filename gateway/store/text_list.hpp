#pragma once
#include <map>
#include <string>
#include <vector>

namespace gatehouse::store {

// Lists and maps of text in one column, as JSON. Reading is total: text that is no such JSON gives an empty
// list.
[[nodiscard]] std::string write_list(const std::vector<std::string>& list);
[[nodiscard]] std::vector<std::string> read_list(const std::string& json);
[[nodiscard]] std::string write_map(const std::map<std::string, std::string>& map);
[[nodiscard]] std::map<std::string, std::string> read_map(const std::string& json);

} // namespace gatehouse::store
