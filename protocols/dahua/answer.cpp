#include "protocols/dahua/answer.hpp"

#include "protocols/dahua/fields.hpp"
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
    if (error == base::Errc::unauthorised) return "the device refuses the user name or password";
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
            return saying(Verdict::refused, "Error",
                          "the device says no; check channel, door and the user's rights on its web page");
        break;
    case 204: break;
    case 301:
    case 302:
    case 307:
    case 308:
        return saying(Verdict::unknown_there, std::move(code),
                      "the device sends us to another address; write https:// in the configuration");
    case 400:
        return saying(Verdict::refused, std::move(code),
                      "the device refuses this or its firmware does not know it; check channel and door "
                      "numbers, else update the firmware");
    case 403:
        return saying(Verdict::forbidden, std::move(code),
                      "the device's user may not do this; give it the right on the device's user page");
    case 404:
    case 405:
    case 501: return saying(Verdict::unknown_there, std::move(code), "this firmware has no such function");
    case 503: return saying(Verdict::busy, std::move(code), "the device is busy; try again in a minute");
    default:
        return saying(Verdict::garbled, std::move(code), fmt::format("the device answers HTTP {}", status));
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
