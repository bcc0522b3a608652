#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::facepush {

// One message of a terminal as named texts, whichever of its spellings it came in: a form, a query or JSON. A
// member of a member is "info.customId", an element "data.records.0.time". Numbers and words keep their text,
// because devices write numbers as strings and strings as numbers. Of a name that comes twice the last one
// counts. Pure.
class Fields {
public:
    static constexpr std::size_t count_max = 50'000;
    static constexpr std::size_t size_max = 16U
                                            << 20; // of all names and texts: a long name may be many fields'
    static constexpr std::size_t depth_max = 12;

    struct Field {
        std::string name;
        std::string_view text;
        [[nodiscard]] bool operator==(const Field&) const = default;
    };

    // All total. Text that is not UTF-8 is read as GB18030. Nothing: no JSON object or array, or too large.
    [[nodiscard]] static std::optional<Fields> of_json(std::string_view text);
    [[nodiscard]] static Fields of_form(std::string_view text);
    // A request of a device: its body by what it looks like, and the query beside it.
    [[nodiscard]] static std::optional<Fields> of_request(std::string_view target, std::string_view body);

    // The texts that these give live as long as the fields, and until one is added.
    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    [[nodiscard]] bool empty() const { return places_.empty(); }
    // Empty when there is none.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    // The first of these names that has a text.
    [[nodiscard]] std::string_view any(std::initializer_list<std::string_view> names) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    // In the order in which they came.
    [[nodiscard]] std::vector<Field> all() const;

    // Whether any field is below `name`: "data.records.3".
    [[nodiscard]] bool within(std::string_view name) const;
    // What is below `name`, by shorter names: of "data.records.3.time", "time".
    [[nodiscard]] Fields below(std::string_view name) const;
    // What is below "data.records.0", "data.records.1" and so on, up to the first that has nothing.
    [[nodiscard]] std::vector<Fields> elements(std::string_view name) const;

    // False, and nothing is added, when there is too much of it.
    bool add(std::string_view name, std::string_view text);

private:
    class Flattener;

    // Where it stands in `bytes_`.
    struct Piece {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    // Of "info.time", "info." is the front, which all members of "info" share.
    struct Place {
        Piece front;
        Piece name;
        Piece text;
        std::uint32_t before = 0; // in its chain, counted from 1; 0: none
    };
    [[nodiscard]] static std::size_t chain_of(std::size_t name_size, std::string_view ending);
    [[nodiscard]] const Place* find(std::string_view name) const;
    [[nodiscard]] std::string_view seen(Piece piece) const { return {bytes_.data() + piece.at, piece.size}; }
    [[nodiscard]] std::string name_of(const Place& place) const;
    [[nodiscard]] Piece kept(std::string_view text);
    bool put(const Place& place);
    void make_room(std::size_t message_size);
    bool read_json(std::string_view text);
    void read_form(std::string_view text);

    std::string bytes_;
    std::vector<Place> places_;
    std::array<std::uint32_t, 64> chains_{}; // the last place of each: of names that are alike
    std::size_t size_ = 0;                   // of all names and texts
};

// One value of a form or query.
[[nodiscard]] std::string encoded_form(std::string_view text);
// A text as it stands in JSON, with its quotation marks.
[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view text);

// A picture sent as base64, with or without "data:image/jpeg;base64," before it, blanks for '+', and line
// breaks. Nothing: empty, cut off, or no JPEG or PNG.
[[nodiscard]] std::optional<std::string> decoded_picture(std::string_view base64);

} // namespace gatehouse::facepush
