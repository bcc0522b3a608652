#pragma once
#include "protocols/wire/flat_json.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// JSON as these cameras write it: GB2312 or UTF-8, numbers as texts, comments, trailing commas.
namespace gatehouse::vzenith {

namespace json = boost::json;

using wire::JsonValue;

// Whether the bytes, which have to outlive what was read, hold an object. total: any bytes.
[[nodiscard]] bool read_object(std::string_view bytes, wire::FlatJson& into);
// The same with the bytes kept in it, for whoever waits for an answer; or null.
using Document = std::shared_ptr<const JsonValue>;
[[nodiscard]] Document parse_object(std::string_view bytes);
// The same for whoever changes it, or null.
[[nodiscard]] json::value parse_tree(std::string_view bytes);

// Numbers, numbers as text, true and false.
[[nodiscard]] std::optional<std::int64_t> as_number(const JsonValue& value);
[[nodiscard]] std::optional<std::int64_t> number_member(const JsonValue& object, std::string_view key);
// Texts, and numbers as text; empty when it is neither or not there.
[[nodiscard]] std::string as_text(const JsonValue& value);
[[nodiscard]] std::string text_member(const JsonValue& object, std::string_view key);

// The text as TCP 8131 and the boards want it; nothing when it cannot be said in GBK.
[[nodiscard]] std::optional<std::string> to_gbk(std::string_view utf8);

} // namespace gatehouse::vzenith
