#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_duress(const model::Event& event)
{
    const auto* body = std::get_if<model::Duress>(&event.body);
    if (!body) return std::nullopt;
    Signal signal; // never the person: chat groups read the sentence
    signal.part = std::to_string(body->door);
    return signal;
}

std::string duress_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号门发生胁迫报警";
}

} // namespace

// Somebody opens under threat and asks for help without showing it. Only a person ends this alert.
const RuleSpec duress{"duress", "duress", 1, 0s, classify_duress, duress_sentence};

} // namespace gatehouse::rules
