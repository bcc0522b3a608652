#pragma once
#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// JSON as these cameras write it: GB2312 or UTF-8, numbers as texts, comments, trailing commas.
namespace gatehouse::vzenith {

namespace json = boost::json;

using Document = std::shared_ptr<const json::object>;

// The object that a text holds, or null. total: any bytes.
[[nodiscard]] Document parse_object(std::string_view bytes);
// The member, or null.
[[nodiscard]] const json::value* member(const json::object& object, std::string_view key);
[[nodiscard]] const json::object* object_member(const json::object& object, std::string_view key);
// Numbers, numbers as text, true and false.
[[nodiscard]] std::optional<std::int64_t> number_member(const json::object& object, std::string_view key);
// Texts, and numbers as text; empty when it is not there.
[[nodiscard]] std::string text_member(const json::object& object, std::string_view key);

// The text as TCP 8131 and the boards want it; nothing when it cannot be said in GBK.
[[nodiscard]] std::optional<std::string> to_gbk(std::string_view utf8);

} // namespace gatehouse::vzenith
