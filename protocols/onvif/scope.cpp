#include "protocols/onvif/scope.hpp"

#include <algorithm>

namespace gatehouse::onvif {

Scope::Scope(pugi::xml_node node)
{
    std::vector<pugi::xml_node> around;
    for (; node; node = node.parent())
        around.push_back(node);
    std::for_each(around.rbegin(), around.rend(), [this](pugi::xml_node outer) { declare(outer); });
}

void Scope::declare(pugi::xml_node node)
{
    for (auto at = node.first_attribute(); at; at = at.next_attribute())
        if (const auto prefix = declared_prefix(at)) declared_.push_back({*prefix, at.value()});
}

std::string_view Scope::uri_of(std::string_view prefix) const
{
    const auto found = std::find_if(declared_.rbegin(), declared_.rend(),
                                    [prefix](const Declared& one) { return one.prefix == prefix; });
    return found == declared_.rend() ? std::string_view() : found->uri;
}

Scope::Name Scope::resolved(std::string_view name) const
{
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {uri_of({}), name};
    return {uri_of(name.substr(0, colon)), name.substr(colon + 1)};
}

} // namespace gatehouse::onvif
