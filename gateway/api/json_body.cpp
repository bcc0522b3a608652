#include "gateway/api/json_body.hpp"

#include <boost/json/parse.hpp>

namespace gatehouse::api {

std::optional<boost::json::object> read_object(std::string_view body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return boost::json::object();
    boost::system::error_code reason;
    boost::json::parse_options options;
    options.max_depth = 8;
    auto value = boost::json::parse(body, reason, {}, options);
    if (reason || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

std::string text_of(const boost::json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::vector<std::string> texts_of(const boost::json::object& object, std::string_view name)
{
    std::vector<std::string> texts;
    const auto* member = object.if_contains(name);
    const auto* items = member == nullptr ? nullptr : member->if_array();
    if (items == nullptr) return texts;
    for (const auto& item : *items)
        if (item.is_string()) texts.emplace_back(item.as_string());
    return texts;
}

std::optional<std::int64_t> number_of(const boost::json::object& object, std::string_view name,
                                      std::int64_t fallback, std::int64_t min, std::int64_t max)
{
    const auto* value = object.if_contains(name);
    if (value == nullptr) return fallback;
    if (!value->is_int64() || value->as_int64() < min || value->as_int64() > max) return std::nullopt;
    return value->as_int64();
}

} // namespace gatehouse::api
