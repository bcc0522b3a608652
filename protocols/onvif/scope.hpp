#pragma once
#include "protocols/onvif/xml.hpp"

#include <vector>

namespace gatehouse::onvif {

// What prefixes stand for where a reader is, kept while it goes down and up again. For long answers: is() and
// child() climb to the root for every name.
class Scope {
public:
    struct Name {
        std::string_view uri; // empty: nothing declares the prefix
        std::string_view local;
        [[nodiscard]] bool is(std::string_view wanted_uri, std::string_view wanted) const
        {
            return local == wanted && same_space(uri, wanted_uri);
        }
    };

    explicit Scope(pugi::xml_node node); // with all that is declared there and around it

    // Empty when nothing declares the prefix.
    [[nodiscard]] std::string_view uri_of(std::string_view prefix) const;
    // Calls visit(child, name) for each child element, in the scope of what that declares itself.
    template <class Visit>
    void each(pugi::xml_node node, Visit visit)
    {
        for (auto child = node.first_child(); child; child = child.next_sibling()) {
            const std::string_view name = child.name();
            if (name.empty()) continue; // text
            const auto around = declared_.size();
            declare(child);
            visit(child, resolved(name));
            declared_.resize(around);
        }
    }

private:
    struct Declared {
        std::string_view prefix;
        std::string_view uri;
    };

    void declare(pugi::xml_node node);
    [[nodiscard]] Name resolved(std::string_view name) const;

    std::vector<Declared> declared_; // the innermost last
};

} // namespace gatehouse::onvif
