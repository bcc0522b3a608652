#include "protocols/wecom/messages.hpp"

#include "protocols/net/robot.hpp"
#include "protocols/wire/markdown.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

namespace gatehouse::wecom {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

constexpr auto pause = 60s; // after too many messages (§2)

std::string_view color_of(int severity)
{
    return severity <= 2 ? "warning" : severity == 3 ? "info" : "comment";
}

std::string markdown(const notify::Notification& notification)
{
    std::string text = "**[" + notification.mark + "]** " + wire::escaped_markdown(notification.title);
    for (const auto& [label, value] : notification.lines) {
        text += "\n>" + label + ": ";
        const auto shown = wire::escaped_markdown(value);
        if (label == "级别")
            text.append("<font color=\"")
                .append(color_of(notification.severity))
                .append("\">" + shown + "</font>");
        else
            text += shown;
    }
    std::string calls;
    for (const auto& person : notification.mention)
        if (!person.user.empty()) calls += "\n<@" + person.user + ">";
    return wire::cut(std::move(text), markdown_max - std::min(calls.size(), markdown_max)) + calls;
}

std::string plain(const notify::Notification& notification)
{
    auto text = notification.headline();
    for (const auto& [label, value] : notification.lines)
        text += "\n" + label + ": " + value;
    return wire::cut(std::move(text), text_max);
}

} // namespace

std::string body_of(const notify::Notification& notification)
{
    const bool by_mobile = std::any_of(notification.mention.begin(), notification.mention.end(),
                                       [](const auto& person) { return !person.mobile.empty(); });
    std::string body;
    model::JsonWriter json(body);
    const auto* type = by_mobile ? "text" : "markdown";
    json.begin_object().member("msgtype", std::string_view(type)).key(type).begin_object();
    if (by_mobile) {
        json.member("content", std::string_view(plain(notification)));
        net::write_names(json, "mentioned_list", notification.mention, &config::DutyPerson::user);
        net::write_names(json, "mentioned_mobile_list", notification.mention, &config::DutyPerson::mobile);
    } else {
        json.member("content", std::string_view(markdown(notification)));
    }
    json.end_object().end_object();
    return body;
}

notify::Verdict judge(unsigned status, std::string_view body)
{
    if (status == 429) return {Kind::throttled, "too fast", pause};
    if (status < 200 || status > 299) return {Kind::retry, "HTTP status " + std::to_string(status)};
    // Words beside a 0 are a remark, such as "wrong json format": the number counts.
    const auto answer = net::read_robot_answer(body, "errcode", "errmsg");
    if (!answer.code) return {Kind::retry, "the answer holds no verdict"};
    const auto told = "errcode " + std::to_string(*answer.code);
    switch (*answer.code) {
    case 0: return {Kind::sent};
    case 45009: return {Kind::throttled, told + ": too fast", pause};
    case 93000: return {Kind::stopped, told + ": the robot's key is not valid any more"};
    case 40008:
    case 40009:
    case 40033:
    case 44004: return {Kind::refused, told + ": the robot does not understand our message"};
    default: return {Kind::retry, told}; // -1: busy
    }
}

} // namespace gatehouse::wecom
