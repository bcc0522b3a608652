#include "gateway/store/legible.hpp"

#include "gateway/model/json_writer.hpp"
#include "protocols/wire/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace gatehouse::store {
namespace {

bool is_document(const std::string& text)
{
    boost::system::error_code error;
    const auto value = boost::json::parse(text, error);
    return !error && value.is_object();
}

bool needs_escape(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

} // namespace

Mended mend_document(std::string& data)
{
    if (is_document(data)) return Mended::nothing;
    data = wire::replace_invalid(data);
    if (is_document(data)) return Mended::letters;
    std::string wrapped;
    model::JsonWriter json(wrapped);
    json.begin_object().member("unreadable", data).end_object();
    data = std::move(wrapped);
    return Mended::wrapped;
}

bool mend_name(std::string& name)
{
    const bool escapes = std::any_of(name.begin(), name.end(), needs_escape);
    if (!escapes && wire::is_utf8(name)) return false;
    // A byte that is no UTF-8 either, so that it is replaced like the others.
    std::replace_if(name.begin(), name.end(), needs_escape, '\xff');
    name = wire::replace_invalid(name);
    return true;
}

} // namespace gatehouse::store
