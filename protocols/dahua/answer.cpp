#include "protocols/dahua/answer.hpp"

#include "protocols/dahua/fields.hpp"
#include "protocols/wire/advice.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

Answer saying(Verdict verdict, std::string code, std::string text)
{
    Answer answer;
    answer.verdict = verdict;
    answer.code = std::move(code);
    answer.text = std::move(text);
    return answer;
}

Answer refusing(Verdict verdict, std::string code, const wire::Advice& advice)
{
    auto text = wire::in_both_languages(advice, code);
    return saying(verdict, std::move(code), std::move(text));
}

// A CGI may say no under status 200.
bool says_no(std::string_view body)
{
    body = trim(body);
    if (body.starts_with("Error")) return true;
    if (!body.starts_with('{')) return false;
    const auto tree = read_json(body);
    return tree && (flag_at(*tree, "result") == false || flag_at(*tree, "Result") == false);
}

} // namespace

std::string Answer::why() const
{
    if (error == base::Errc::unauthorised)
        return wire::in_both_languages({"the device refuses the user name or password; correct them",
                                        "设备拒绝用户名或密码；请核对用户名和密码"});
    if (error == base::Errc::locked_out)
        return "silent after a refused password, so that the device does not lock us out";
    if (error == base::Errc::untrusted)
        return "the device's certificate is not trusted: install its authority on the box, or set tls_verify "
               "= false";
    if (error == base::Errc::timed_out) return "the device did not answer in time";
    if (error) return "the device cannot be reached: " + error.message();
    return text;
}

Answer judge(unsigned status, std::string body)
{
    auto code = fmt::format("HTTP {}", status);
    switch (status) {
    case 200:
        if (says_no(body))
            return refusing(Verdict::refused, "Error",
                            {"the device says no; check channel, door and the user's rights on its web page",
                             "设备拒绝此操作；请在设备网页上核对通道、门号和用户权限"});
        break;
    case 204: break;
    case 301:
    case 302:
    case 307:
    case 308:
        return refusing(Verdict::unknown_there, std::move(code),
                        {"the device sends us to another address; write https:// in the configuration",
                         "设备要求改用其他地址；请在配置中写 https://"});
    case 400:
        return refusing(Verdict::refused, std::move(code),
                        {"the device refuses this or its firmware does not know it; check channel and door "
                         "numbers, else update the firmware",
                         "设备拒绝此请求或固件不支持；请核对通道号和门号，仍不行请升级固件"});
    case 403:
        return refusing(Verdict::forbidden, std::move(code),
                        {"the device's user may not do this; give it the right on the device's user page",
                         "当前用户没有此权限；请在设备的用户管理页面授权"});
    case 404:
    case 405:
    case 501:
        return refusing(Verdict::unknown_there, std::move(code),
                        {"this firmware has no such function; update it", "设备固件没有此功能；请升级固件"});
    case 503:
        return refusing(Verdict::busy, std::move(code),
                        {"the device is busy; try again in a minute", "设备忙；请一分钟后重试"});
    default:
        return refusing(
            Verdict::garbled, std::move(code),
            {"the device answers something unexpected; check its address and port, else restart it",
             "设备应答异常；请核对地址和端口，仍不行请重启设备"});
    }
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Answer failed(base::error_code error)
{
    Answer answer;
    answer.error = error;
    return answer;
}

Answer garbled(std::string text)
{
    return saying(Verdict::garbled, "", std::move(text));
}

} // namespace gatehouse::dahua
