#include "gateway/rules/passage_signal.hpp"

namespace gatehouse::rules {

std::optional<Signal> flagged(const model::Event& event, std::string_view flag)
{
    const auto* passage = std::get_if<model::Passage>(&event.body);
    if (passage == nullptr || !passage->has(flag)) return std::nullopt;
    return Signal{};
}

} // namespace gatehouse::rules
