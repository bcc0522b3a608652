#include "gateway/rules/rule_list.hpp"
#include "gateway/rules/stranger.hpp"

namespace gatehouse::rules {

using namespace std::chrono_literals;

std::optional<Signal> stranger(const model::Event& event)
{
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt == nullptr || attempt->granted || !attempt->person.empty()) return std::nullopt;
    if (attempt->reason != "not_recognised") return std::nullopt;
    // Wrong codes and cards are failed attempts: one event, one rule.
    if (attempt->credential == "card" || attempt->credential == "code" || attempt->credential == "password")
        return std::nullopt;
    Signal signal;
    signal.part = std::to_string(attempt->door);
    return signal;
}

namespace {

std::string repeated_sentence(const std::string& place, const Signal&)
{
    return place + "短时间内多次出现未识别人员";
}

} // namespace

// Somebody unknown tries the same door again and again. Terminals tell one try of one person several times,
// and visitors come: the count is higher than it looks.
const RuleSpec stranger_repeated{.name = "stranger-repeated",
                                 .kind = "stranger_repeated",
                                 .severity = 3,
                                 .classify = stranger,
                                 .sentence = repeated_sentence,
                                 .often = {5, 10min}};

} // namespace gatehouse::rules
