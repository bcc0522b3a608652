#include "protocols/net/http_message.hpp"

#include <boost/beast/core/string.hpp>

namespace gatehouse::net {

std::string_view HttpHeaders::find(std::string_view name) const
{
    for (const auto& field : fields_)
        if (boost::beast::iequals(field.name, name)) return field.value;
    return {};
}

std::vector<std::string> HttpHeaders::all(std::string_view name) const
{
    std::vector<std::string> values;
    for (const auto& field : fields_)
        if (boost::beast::iequals(field.name, name)) values.push_back(field.value);
    return values;
}

} // namespace gatehouse::net
