#pragma once
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

namespace json = boost::json;

// The way to a value in a document (RFC 6901): "/AlarmInfoPlate/result", "/Events/0/Code"; "" is the whole.
class Pointer {
public:
    Pointer() = default;
    // Nothing when the text is no pointer.
    static std::optional<Pointer> parse(std::string_view text);

    // Null when nothing is there; a null of the document counts as nothing.
    [[nodiscard]] const json::value* find(const json::value& document) const noexcept;
    // Why find() found nothing, for the installer: how far the way goes, and what there is instead.
    [[nodiscard]] std::string missing(const json::value& document) const;
    [[nodiscard]] const std::string& text() const { return text_; }
    // The last name on the way; empty for the whole document.
    [[nodiscard]] std::string last() const { return tokens_.empty() ? std::string() : tokens_.back(); }

private:
    std::string text_;
    std::vector<std::string> tokens_;
};

// A text, number or boolean as text, without blanks around it; nothing for an object, an array or null. It
// lies in the document, or in `room` where that says it otherwise.
[[nodiscard]] std::optional<std::string_view> scalar_text(const json::value& value, std::string& room);

} // namespace gatehouse::webhook_in
