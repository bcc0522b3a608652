#pragma once
#include "protocols/isapi/document.hpp"

#include <forward_list>
#include <vector>

namespace gatehouse::isapi {

// One value of a JSON document. Those inside it stand behind it: whoever walks through a document once needs
// no tree.
struct JsonValue {
    enum class Kind : std::uint8_t { text, object, list };
    std::string_view name; // of a member
    std::string_view text; // numbers and truths as well
    Kind kind = Kind::text;
    bool replaced = false;    // by a member of the same name that came later
    std::uint32_t inside = 0; // how many values
};

class JsonNode {
public:
    explicit JsonNode(const JsonValue& value) : value_(&value) {}
    [[nodiscard]] bool is_object() const { return value_->kind == JsonValue::Kind::object; }
    [[nodiscard]] bool is_list() const { return value_->kind == JsonValue::Kind::list; }
    [[nodiscard]] std::string_view text() const { return ascii::trim(value_->text); }
    [[nodiscard]] std::optional<JsonNode> child(std::string_view name) const;
    [[nodiscard]] std::string_view first_name() const; // of its members
    // Calls visit(name, child) for each member; a list counts as so many members of its name.
    template <class Visit>
    void each(Visit&& visit) const
    {
        if (!is_object()) return;
        for (auto member = begin(); member != end(); member = next(member)) {
            const JsonNode node(*member);
            if (member->replaced) continue;
            if (node.is_list())
                node.each_item([&](const JsonNode& item) { visit(member->name, item); });
            else
                visit(member->name, node);
        }
    }
    // Calls visit(item) for each of a list.
    template <class Visit>
    void each_item(Visit&& visit) const
    {
        if (!is_list()) return;
        for (auto item = begin(); item != end(); item = next(item))
            visit(JsonNode(*item));
    }

private:
    [[nodiscard]] const JsonValue* begin() const { return value_ + 1; }
    [[nodiscard]] const JsonValue* end() const { return next(value_); }
    [[nodiscard]] static const JsonValue* next(const JsonValue* value) { return value + 1 + value->inside; }

    const JsonValue* value_;
};

// A document whose values lie in the bytes it was read from: these have to outlive it.
class JsonDocument {
public:
    DocumentFlaw flaw = DocumentFlaw::none;
    // Total: never throws. Whatever is no object is refused.
    void load(std::string_view bytes);
    // An object. Only without a flaw.
    [[nodiscard]] JsonNode root() const { return JsonNode(values_.front()); }

private:
    std::vector<JsonValue> values_;
    std::string converted_; // what was no UTF-8
    std::forward_list<std::string>
        made_; // texts that do not stand in the bytes: those with escapes, fractions
};

} // namespace gatehouse::isapi
