#pragma once
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::api {

// A request's body as a JSON object; an empty body is an empty object, anything else is nothing. total.
[[nodiscard]] std::optional<boost::json::object> read_object(std::string_view body);
// Empty when the member is missing or no text.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);
// The texts of the array; empty when the member is missing or something else.
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::object& object, std::string_view name);
// The fallback when the member is missing; nothing when it is no whole number within the bounds.
[[nodiscard]] std::optional<std::int64_t> number_of(const boost::json::object& object, std::string_view name,
                                                    std::int64_t fallback, std::int64_t min,
                                                    std::int64_t max);

} // namespace gatehouse::api
