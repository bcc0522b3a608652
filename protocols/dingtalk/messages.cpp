#include "protocols/dingtalk/messages.hpp"

#include "protocols/net/hmac.hpp"
#include "protocols/net/robot.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/markdown.hpp"
#include "protocols/wire/text.hpp"

namespace gatehouse::dingtalk {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

constexpr std::size_t text_max = 16'000; // bytes; the whole body may have about 20 KB (§1, not verified)
constexpr auto block = 10min;            // nothing is taken for so long after too many messages

std::string milliseconds_of(base::WallTime at)
{
    return std::to_string(at.time_since_epoch().count());
}

std::string headline(const notify::Notification& notification, const std::string& keyword)
{
    auto line = notification.headline();
    return line.find(keyword) == std::string::npos ? keyword + " " + line : line;
}

std::string markdown(const notify::Notification& notification, const std::string& keyword)
{
    const auto line = notification.headline();
    std::string text = "### ";
    if (line.find(keyword) == std::string::npos) text += wire::escaped_markdown(keyword) + " ";
    text += "[" + notification.mark + "] " + wire::escaped_markdown(notification.title);
    for (const auto& [label, value] : notification.lines)
        text += "\n- " + label + ": " + wire::escaped_markdown(value);
    text = wire::cut(std::move(text), text_max);
    // Nobody is called whose number is not in the text as well.
    std::string calls;
    for (const auto& person : notification.mention)
        for (const auto& name : {person.mobile, person.user})
            if (!name.empty()) calls += (calls.empty() ? "\n\n@" : " @") + name;
    return text + calls;
}

// The robot says which of its rules was broken only in words.
Answer security_refusal(const std::string& words)
{
    if (words.find("timestamp") != std::string::npos)
        return {{Kind::stopped, "the robot refuses the time of our signature: check the gateway's clock"},
                true};
    if (words.find("keyword") != std::string::npos)
        return {{Kind::stopped, "the robot demands a keyword: enter it as keyword of this channel"}};
    if (words.find("sign") != std::string::npos)
        return {{Kind::stopped, "the robot refuses our signature: enter its secret again"}};
    if (words.find("ip") != std::string::npos)
        return {{Kind::stopped, "the robot takes nothing from our address: add it to the group's list"}};
    return {{Kind::stopped, "the robot's security check refuses us"}};
}

} // namespace

std::string sign(std::string_view secret, base::WallTime at)
{
    return wire::to_base64(net::hmac_sha256(secret, milliseconds_of(at) + "\n" + std::string(secret)));
}

std::string signed_query(const base::Secret& secret, base::WallTime at)
{
    return "&timestamp=" + milliseconds_of(at) + "&sign=" + net::percent_encoded(sign(secret.expose(), at));
}

std::string body_of(const notify::Notification& notification, const std::string& keyword)
{
    std::string body;
    model::JsonWriter json(body);
    json.begin_object().member("msgtype", "markdown").key("markdown").begin_object();
    json.member("title", std::string_view(headline(notification, keyword)));
    json.member("text", std::string_view(markdown(notification, keyword))).end_object();
    json.key("at").begin_object();
    net::write_names(json, "atMobiles", notification.mention, &config::DutyPerson::mobile);
    net::write_names(json, "atUserIds", notification.mention, &config::DutyPerson::user);
    json.member("isAtAll", false).end_object().end_object();
    return body;
}

Answer judge(unsigned status, std::string_view body)
{
    if (status == 429) return {{Kind::throttled, "too fast", block}};
    if (status < 200 || status > 299) return {{Kind::retry, "HTTP status " + std::to_string(status)}};
    const auto answer = net::read_robot_answer(body, "errcode", "errmsg");
    if (!answer.code) return {{Kind::retry, "the answer holds no verdict"}};
    const auto told = "errcode " + std::to_string(*answer.code);
    switch (*answer.code) {
    case 0: return {{Kind::sent}};
    case 310000: return security_refusal(answer.words);
    case 130101:
    case 410100: return {{Kind::throttled, told + ": too fast", block}};
    case 300001:
    case 300005: return {{Kind::stopped, told + ": the robot does not exist any more"}};
    case 40035:
    case 43004: return {{Kind::refused, told + ": the robot does not understand our message"}};
    default: return {{Kind::retry, told}}; // -1: busy
    }
}

} // namespace gatehouse::dingtalk
