#pragma once
#include "protocols/isapi/document.hpp"

#include <array>
#include <bit>

namespace gatehouse::isapi {

// Where the text of a name goes; no name is empty.
template <class To>
struct Field {
    std::string_view name;
    void (*put)(To& to, std::string_view text) = nullptr;
};

// The named texts of a document that have a place in To, hashed when we are compiled: a device writes dozens
// of names, most of which are none of ours.
template <class To, std::size_t size>
class FieldTable {
public:
    constexpr explicit FieldTable(const std::array<Field<To>, size>& rows)
    {
        for (const auto& row : rows) {
            auto at = name_hash(row.name) % slots;
            while (!slots_[at].name.empty())
                at = (at + 1) % slots;
            slots_[at] = row;
        }
    }

    // False: the name has no place.
    template <class Node>
    bool put(To& to, std::string_view name, const Node& node) const
    {
        for (auto at = name_hash(name) % slots; !slots_[at].name.empty(); at = (at + 1) % slots) {
            if (slots_[at].name != name) continue;
            slots_[at].put(to, node.text());
            return true;
        }
        return false;
    }

private:
    static constexpr auto slots = std::bit_ceil(size * 2); // never full
    std::array<Field<To>, slots> slots_{};
};

} // namespace gatehouse::isapi
