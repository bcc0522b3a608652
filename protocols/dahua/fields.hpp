#pragma once
#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What devices say is read into one tree, whether it came as JSON or as lines "Events[0].TrafficCar.Speed=5".
namespace gatehouse::dahua {

namespace json = boost::json;

using Tree = std::shared_ptr<const json::object>;

// JSON that is an object, or null. Bytes that are no UTF-8 are read as GB18030. total.
[[nodiscard]] Tree read_json(std::string_view text);
// Lines "a.b[2].c=value", every value a text; what is no such line is left out. Never null. total, bounded.
[[nodiscard]] Tree read_lines(std::string_view text);

// What lies at "TrafficCar.PlateNumber" or "ImageInfo.0.Offset"; null when nothing does.
[[nodiscard]] const json::value* find(const json::object& tree, std::string_view path);
// The same as text; numbers and flags too. Empty when it is not there or no scalar.
[[nodiscard]] std::string text_at(const json::object& tree, std::string_view path);
// The same as a number, also where the device wrote it as text. Fractions are cut off.
[[nodiscard]] std::optional<std::int64_t> number_at(const json::object& tree, std::string_view path);
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text);
[[nodiscard]] std::optional<bool> flag_at(const json::object& tree, std::string_view path);

// For a query: everything but letters, digits and "-._~" as %XX.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace gatehouse::dahua
