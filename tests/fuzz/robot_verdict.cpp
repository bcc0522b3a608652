// links: gatehouse_dingtalk, gatehouse_wecom, gatehouse_feishu, gatehouse_webhook
#include "protocols/dingtalk/messages.hpp"
#include "protocols/feishu/messages.hpp"
#include "protocols/net/http_date.hpp"
#include "protocols/webhook/messages.hpp"
#include "protocols/wecom/messages.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

namespace {

// Nothing that a peer says gets into a reason: it may hold what we sent.
void check(const notify::Verdict& verdict)
{
    using Kind = notify::Verdict::Kind;
    if (verdict.kind != Kind::sent && verdict.reason.empty()) std::abort();
    if (verdict.reason.size() > 120 || verdict.wait < std::chrono::milliseconds(0)) std::abort();
    if (verdict.kind == Kind::throttled && verdict.wait == std::chrono::milliseconds(0)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const unsigned status : {200U, 302U, 429U, 500U}) {
        check(dingtalk::judge(status, body).verdict);
        check(wecom::judge(status, body));
        check(feishu::judge(status, body).verdict);
        net::Posted posted;
        posted.fate = net::Posted::Fate::answered;
        posted.status = status + 3; // 503 among them
        posted.headers.add("Retry-After", std::string(body));
        check(webhook::judge(posted, base::WallTime(std::chrono::milliseconds(1'767'225'600'000))));
    }
    (void)net::parse_http_date(body);
    return 0;
}
