#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::model {

// The text in which all plates that may be taken for one another are the same: each character stands for its
// class (0 O D Q, 1 I L, 8 B, 2 Z, 5 S), the province for any. Takes canonical text. total.
[[nodiscard]] std::string look_alike_key(std::string_view plate);

// What stands for the character there: the first of its class, "*" for a province, else itself.
[[nodiscard]] std::string_view look_alike_of(std::string_view character);

// Where two plates of one key differ: positions from 0.
[[nodiscard]] std::vector<std::size_t> differing(std::string_view one, std::string_view other);

// What a camera that takes one character for another of its class may read in place of this plate, and what
// cannot be a plate itself. The misreads of one character, in order.
[[nodiscard]] std::vector<std::string> misreads_of(std::string_view plate);

} // namespace gatehouse::model
