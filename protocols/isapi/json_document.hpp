#pragma once
#include "protocols/isapi/document.hpp"
#include "protocols/wire/flat_json.hpp"

namespace gatehouse::isapi {

class JsonNode {
public:
    explicit JsonNode(const wire::JsonValue& value) : value_(&value) {}
    [[nodiscard]] bool is_object() const { return value_->is_object(); }
    [[nodiscard]] bool is_list() const { return value_->is_list(); }
    [[nodiscard]] std::string_view text() const { return ascii::trim(value_->text); }
    [[nodiscard]] std::optional<JsonNode> child(std::string_view name) const;
    [[nodiscard]] std::string_view first_name() const; // of its members
    // Calls visit(name, child) for each member; a list counts as so many members of its name.
    template <class Visit>
    void each(Visit&& visit) const
    {
        if (!is_object()) return;
        for (const auto& member : *value_) {
            const JsonNode node(member);
            if (node.is_list())
                node.each_item([&](const JsonNode& item) { visit(member.name, item); });
            else
                visit(member.name, node);
        }
    }
    // Calls visit(item) for each of a list.
    template <class Visit>
    void each_item(Visit&& visit) const
    {
        if (!is_list()) return;
        for (const auto& item : *value_)
            visit(JsonNode(item));
    }

private:
    const wire::JsonValue* value_;
};

// A document whose values lie in the bytes it was read from: these have to outlive it.
class JsonDocument {
public:
    DocumentFlaw flaw = DocumentFlaw::none;
    // Total: never throws. Whatever is no object is refused.
    void load(std::string_view bytes);
    // An object. Only without a flaw.
    [[nodiscard]] JsonNode root() const { return JsonNode(values_.root()); }

private:
    wire::FlatJson values_;
};

} // namespace gatehouse::isapi
