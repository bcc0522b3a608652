#pragma once
#include <string>
#include <string_view>

namespace gatehouse::notify {

// What a chat may show of a sentence (domain.md P-11): plates as 沪A1**45, and of telephone, card and
// identity numbers (eleven digits and more) only both ends. Rules write sentences without any of these; this
// is the second lock, for names that an installer gave to gates and devices. total.
[[nodiscard]] std::string masked(std::string_view text);

} // namespace gatehouse::notify
