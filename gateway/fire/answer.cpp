#include "gateway/fire/answer.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::fire {
namespace {

using namespace std::string_view_literals;
using model::Status;

constexpr std::array passing{"unreachable"sv, "device_failed"sv, "device_busy"sv,
                             "busy"sv,        "overloaded"sv,    "stopping"sv};

Answer answer_to(Status status, std::string_view code)
{
    switch (status) {
    case Status::expired: return Answer::not_sent;
    case Status::failed:
    case Status::rejected: break;
    default: return Answer::opened;
    }
    if (code == "unrecorded" || code == "store") return Answer::unrecorded;
    const bool passes = std::find(passing.begin(), passing.end(), code) != passing.end();
    return passes ? Answer::not_sent : Answer::refused;
}

} // namespace

Answer answer_of(const model::Outcome& outcome)
{
    if (outcome.status != Status::duplicate) return answer_to(outcome.status, outcome.code);
    // The command room repeats a stored outcome as: code = its status, text = its code, a colon and its text.
    auto stored = Status::unknown;
    if (!model::parse_status(outcome.code, stored)) return Answer::opened; // in progress
    const std::string_view text = outcome.text;
    return answer_to(stored, text.substr(0, text.find(':')));
}

} // namespace gatehouse::fire
