#include "protocols/net/peer_clock.hpp"

#include "protocols/net/http_date.hpp"

#include <utility>

namespace gatehouse::net {
namespace {

// Far below the hour for which signatures hold, far above what an answer takes on its way.
constexpr std::chrono::seconds worth_mention{60};

} // namespace

bool PeerClock::learn(const HttpHeaders& answer, base::WallTime ours)
{
    const auto date = parse_http_date(answer.find("Date"));
    if (!date) return false;
    auto ahead = std::chrono::round<std::chrono::seconds>(*date - ours);
    if (std::chrono::abs(ahead) < worth_mention) ahead = std::chrono::seconds(0);
    const auto before = std::exchange(ahead_, ahead);
    return std::chrono::abs(ahead - before) >= worth_mention;
}

std::string PeerClock::complaint() const
{
    if (ahead_ == std::chrono::seconds(0)) return {};
    const auto off = std::to_string(std::chrono::abs(ahead_).count());
    return "our clock is " + off + " s " + (ahead_ > std::chrono::seconds(0) ? "behind" : "ahead of") +
           " the peer's; messages are signed with the peer's time";
}

} // namespace gatehouse::net
