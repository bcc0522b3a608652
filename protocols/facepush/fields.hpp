#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::facepush {

// One message of a terminal as named texts, whichever of its spellings it came in: a form, a query or JSON. A
// member of a member is "info.customId", an element "data.records.0.time". Numbers and words keep their text,
// because devices write numbers as strings and strings as numbers. Pure.
class Fields {
public:
    static constexpr std::size_t count_max = 50'000;
    static constexpr std::size_t depth_max = 12;

    // Both total. Text that is not UTF-8 is read as GB18030. Nothing: no JSON object or array, or too large.
    [[nodiscard]] static std::optional<Fields> of_json(std::string_view text);
    [[nodiscard]] static Fields of_form(std::string_view text);
    // A request of a device: its body by what it looks like, and the query beside it.
    [[nodiscard]] static std::optional<Fields> of_request(std::string_view target, std::string_view body);

    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    [[nodiscard]] bool empty() const { return values_.empty(); }
    // Empty when there is none.
    [[nodiscard]] const std::string& text(std::string_view name) const;
    // The first of these names that has a text.
    [[nodiscard]] const std::string& any(std::initializer_list<std::string_view> names) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    // Whether any field is below `name`: "data.records.3".
    [[nodiscard]] bool within(std::string_view name) const;
    // What is below `name`, by shorter names: of "data.records.3.time", "time".
    [[nodiscard]] Fields below(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const { return values_; }
    void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }

private:
    std::map<std::string, std::string, std::less<>> values_;
};

// Percent escapes and '+' decoded; what is no escape stays. total.
[[nodiscard]] std::string decoded_form(std::string_view text);
// One value of a form or query.
[[nodiscard]] std::string encoded_form(std::string_view text);
// A text as it stands in JSON, with its quotation marks.
[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view text);

// A picture sent as base64, with or without "data:image/jpeg;base64," before it, blanks for '+', and line
// breaks. Nothing: empty, cut off, or no JPEG or PNG.
[[nodiscard]] std::optional<std::string> decoded_picture(std::string_view base64);

} // namespace gatehouse::facepush
