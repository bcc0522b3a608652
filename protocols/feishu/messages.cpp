#include "protocols/feishu/messages.hpp"

#include "gateway/model/json_writer.hpp"
#include "protocols/net/hmac.hpp"
#include "protocols/net/robot.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/markdown.hpp"
#include "protocols/wire/text.hpp"

namespace gatehouse::feishu {
namespace {

using Kind = notify::Verdict::Kind;
using namespace std::chrono_literals;

constexpr std::size_t text_max = 16'000; // bytes, of a body of 20 KB (§3)
constexpr auto pause = 60s;              // after too many messages

std::string seconds_of(base::WallTime at)
{
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::string_view template_of(const notify::Notification& notification)
{
    if (notification.stage == notify::Stage::cleared) return "green";
    if (notification.severity <= 2) return "red";
    return notification.severity == 3 ? "orange" : "grey";
}

std::string markdown(const notify::Notification& notification)
{
    std::string text;
    for (const auto& [label, value] : notification.lines)
        text += (text.empty() ? "**" : "\n**") + label + "** " + wire::escaped_markdown(value);
    text = wire::cut(std::move(text), text_max);
    for (const auto& person : notification.mention)
        if (!person.user.empty()) text += "\n<at id=" + person.user + "></at>";
    return text;
}

} // namespace

std::string sign(std::string_view secret, base::WallTime at)
{
    return wire::to_base64(net::hmac_sha256(seconds_of(at) + "\n" + std::string(secret), ""));
}

std::string body_of(const notify::Notification& notification, const std::string& keyword,
                    const base::Secret& secret, base::WallTime at)
{
    auto headline = notification.headline();
    if (headline.find(keyword) == std::string::npos) headline = keyword + " " + headline;
    std::string body;
    model::JsonWriter json(body);
    json.begin_object();
    if (!secret.empty())
        json.member("timestamp", std::string_view(seconds_of(at)))
            .member("sign", std::string_view(sign(secret.expose(), at)));
    json.member("msg_type", "interactive").key("card").begin_object();
    json.key("config").begin_object().member("wide_screen_mode", true).end_object();
    json.key("header").begin_object().member("template", template_of(notification));
    json.key("title").begin_object().member("tag", "plain_text");
    json.member("content", std::string_view(headline)).end_object().end_object();
    json.key("elements").begin_array().begin_object().member("tag", "div").key("text").begin_object();
    json.member("tag", "lark_md").member("content", std::string_view(markdown(notification)));
    json.end_object().end_object().end_array().end_object().end_object();
    return body;
}

Answer judge(unsigned status, std::string_view body)
{
    const auto answer = net::read_robot_answer(body, "code", "msg");
    if (status == 429) return {{Kind::throttled, "too fast", pause}};
    if (status < 200 || status > 299) return {{Kind::retry, "HTTP status " + std::to_string(status)}};
    if (!answer.code) return {{Kind::retry, "the answer holds no verdict"}};
    const auto told = "code " + std::to_string(*answer.code);
    switch (*answer.code) {
    case 0: return {{Kind::sent}};
    case 9499: return {{Kind::refused, told + ": the bot does not understand our message"}};
    case 19001: return {{Kind::stopped, told + ": the bot does not exist any more"}};
    case 19021:
        return {{Kind::stopped,
                 told + ": the bot refuses our signature: check its secret and the gateway's clock"},
                true};
    case 19022:
        return {{Kind::stopped, told + ": the bot takes nothing from our address: add it to the bot's list"}};
    case 19024:
        return {{Kind::stopped, told + ": the bot demands a keyword: enter it as keyword of this channel"}};
    case 11232: return {{Kind::throttled, told + ": too fast", pause}};
    default: return {{Kind::retry, told}};
    }
}

} // namespace gatehouse::feishu
