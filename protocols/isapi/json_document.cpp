#include "protocols/isapi/json_document.hpp"

#include <boost/json/error.hpp>

namespace gatehouse::isapi {
namespace {

namespace json = boost::json;

DocumentFlaw flaw_of(const boost::system::error_code& error)
{
    if (!error) return DocumentFlaw::none;
    if (error == json::error::too_deep) return DocumentFlaw::too_deep;
    const bool too_large = error == json::error::array_too_large || error == json::error::object_too_large;
    return too_large ? DocumentFlaw::too_large : DocumentFlaw::malformed;
}

} // namespace

std::optional<JsonNode> JsonNode::child(std::string_view name) const
{
    if (const auto* member = value_->member(name)) return JsonNode(*member);
    return std::nullopt;
}

std::string_view JsonNode::first_name() const
{
    return value_->begin() == value_->end() ? std::string_view() : value_->begin()->name;
}

void JsonDocument::load(std::string_view bytes)
{
    bytes = document_start(bytes);
    flaw = size_flaw(bytes);
    if (flaw == DocumentFlaw::none) flaw = flaw_of(values_.read(bytes, {}));
}

} // namespace gatehouse::isapi
