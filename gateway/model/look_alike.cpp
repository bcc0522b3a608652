#include "gateway/model/look_alike.hpp"

#include "gateway/model/plate_grammar.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::model {
namespace {

using namespace std::string_view_literals;

// Each class is named by its first character.
constexpr std::array classes{"0ODQ"sv, "1IL"sv, "8B"sv, "2Z"sv, "5S"sv};

std::string_view class_of(std::string_view character)
{
    if (character.size() != 1) return character;
    for (const auto together : classes)
        if (together.find(character[0]) != std::string_view::npos) return together;
    return character;
}

} // namespace

std::string_view look_alike_of(std::string_view character)
{
    if (is_province(character)) return "*";
    return character.size() == 1 ? class_of(character).substr(0, 1) : character;
}

std::string look_alike_key(std::string_view plate)
{
    std::string key;
    for (const auto character : characters_of(plate))
        key += look_alike_of(character);
    return key;
}

std::vector<std::size_t> differing(std::string_view one, std::string_view other)
{
    const auto left = characters_of(one);
    const auto right = characters_of(other);
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
        if (i >= left.size() || i >= right.size() || left[i] != right[i]) positions.push_back(i);
    return positions;
}

std::vector<std::string> misreads_of(std::string_view plate)
{
    const auto characters = characters_of(plate);
    std::vector<std::string> misreads;
    std::string before;
    for (const auto character : characters) {
        const auto together = class_of(character);
        for (const char other : together) {
            if (character.size() != 1 || together == character || other == character[0]) continue;
            auto misread = before + other;
            misread.append(plate.substr(before.size() + 1));
            if (!plate_kind(misread)) misreads.push_back(std::move(misread));
        }
        before.append(character);
    }
    return misreads;
}

} // namespace gatehouse::model
