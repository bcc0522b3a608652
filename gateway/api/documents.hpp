#pragma once
#include <string_view>

namespace gatehouse::api {

// openapi.json and asyncapi.json as they lie in this folder (.cmake/embed.cmake).
extern const std::string_view openapi_text;
extern const std::string_view asyncapi_text;

} // namespace gatehouse::api
