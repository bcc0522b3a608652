#include "protocols/net/robot.hpp"

#include "protocols/wire/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace gatehouse::net {
namespace {

constexpr std::size_t words_max = 200;

} // namespace

std::optional<notify::Verdict> lost_verdict(const Posted& posted)
{
    using Kind = notify::Verdict::Kind;
    if (posted.fate == Posted::Fate::answered) return std::nullopt;
    const bool nothing_sent = posted.fate == Posted::Fate::not_sent;
    return notify::Verdict{nothing_sent ? Kind::unreachable : Kind::maybe, posted.why};
}

RobotAnswer read_robot_answer(std::string_view body, std::string_view code, std::string_view words)
{
    RobotAnswer answer;
    boost::system::error_code broken;
    const auto value = boost::json::parse(body, broken);
    const auto* object = broken ? nullptr : value.if_object();
    if (object == nullptr) return answer;
    if (const auto* member = object->if_contains(code))
        if (const auto* number = member->if_int64()) answer.code = *number;
    if (const auto* member = object->if_contains(words))
        if (const auto* text = member->if_string())
            answer.words = wire::one_line({text->data(), text->size()}, words_max);
    return answer;
}

void write_names(model::JsonWriter& json, std::string_view name,
                 const std::vector<config::DutyPerson>& people, std::string config::DutyPerson::*which)
{
    json.key(name).begin_array();
    for (const auto& person : people)
        if (!(person.*which).empty()) json.value(std::string_view(person.*which));
    json.end_array();
}

} // namespace gatehouse::net
