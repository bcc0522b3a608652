#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_failed_attempts(const model::Event& event)
{
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt == nullptr || attempt->granted) return std::nullopt;
    const bool wrong = attempt->reason == "wrong_password" || attempt->reason == "unknown_credential" ||
                       attempt->reason == "not_recognised";
    const bool guessed =
        attempt->credential == "card" || attempt->credential == "code" || attempt->credential == "password";
    if (!wrong || !guessed) return std::nullopt;
    Signal signal;
    signal.part = std::to_string(attempt->door) + "/" + std::to_string(attempt->reader);
    return signal;
}

std::string failed_attempts_sentence(const std::string& place, const Signal&)
{
    return place + "短时间内多次刷卡或输入密码错误";
}

} // namespace

// Somebody guesses a code or tries cards: an alarm after at most five wrong attempts (GB 50396). A right one
// in between does not start the count anew, or a resident passing would hide whoever goes on guessing.
const RuleSpec failed_attempts{.name = "failed-attempts",
                               .kind = "failed_attempts",
                               .severity = 3,
                               .classify = classify_failed_attempts,
                               .sentence = failed_attempts_sentence,
                               .often = {5, 10min}};

} // namespace gatehouse::rules
