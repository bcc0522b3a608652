#pragma once
#include "gateway/model/json_writer.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What the chat robots have in common.
namespace gatehouse::net {

// The verdict on a message whose answer never came; nothing: it came, and says more.
[[nodiscard]] std::optional<notify::Verdict> lost_verdict(const Posted& posted);

// The verdict of a robot, which comes in the body: refusals are HTTP 200 too.
struct RobotAnswer {
    std::optional<std::int64_t> code; // nothing: the body holds none
    std::string words;                // the robot's own, one line; only for finding out what is meant
};
// `code` and `words` name the members. total.
[[nodiscard]] RobotAnswer read_robot_answer(std::string_view body, std::string_view code,
                                            std::string_view words);

// An array of what calls people: their mobiles or their user ids, for those who have one.
void write_names(model::JsonWriter& json, std::string_view name,
                 const std::vector<config::DutyPerson>& people, std::string config::DutyPerson::*which);

} // namespace gatehouse::net
