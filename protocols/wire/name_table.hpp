#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>

namespace gatehouse::wire {

// Tells most names of a document apart.
constexpr std::size_t name_hash(std::string_view name)
{
    if (name.empty()) return 0;
    return name.size() * 5 + static_cast<unsigned char>(name.front()) * 3 +
           static_cast<unsigned char>(name.back());
}

// Rows by their `name`, hashed when we are compiled: a device writes dozens of names, most of which are none
// of ours.
template <class Row, std::size_t size>
class NameTable {
public:
    constexpr explicit NameTable(const std::array<Row, size>& rows)
    {
        for (const auto& row : rows) {
            auto at = name_hash(row.name) % slots;
            while (!rows_[at].name.empty())
                at = (at + 1) % slots;
            rows_[at] = row;
        }
    }

    // Null: the name has no row.
    [[nodiscard]] constexpr const Row* find(std::string_view name) const
    {
        for (auto at = name_hash(name) % slots; !rows_[at].name.empty(); at = (at + 1) % slots)
            if (rows_[at].name == name) return &rows_[at];
        return nullptr;
    }

private:
    static constexpr auto slots = std::bit_ceil(size * 2); // never full
    std::array<Row, slots> rows_{};
};

} // namespace gatehouse::wire
