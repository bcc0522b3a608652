#include "protocols/net/peer_clock.hpp"

#include "protocols/net/http_date.hpp"

namespace gatehouse::net {
namespace {

// Far below the hour for which signatures hold, far above what an answer takes on its way.
constexpr std::chrono::seconds worth_mention{60};

} // namespace

bool PeerClock::learn(const HttpHeaders& answer, base::WallTime ours)
{
    const auto date = parse_http_date(answer.find("Date"));
    if (!date) return false;
    const auto ahead = std::chrono::round<std::chrono::seconds>(*date - ours);
    const bool differs = std::chrono::abs(ahead) >= worth_mention;
    const bool news = differs && std::chrono::abs(ahead - ahead_) >= worth_mention;
    ahead_ = differs ? ahead : std::chrono::seconds(0);
    return news;
}

std::string PeerClock::complaint() const
{
    if (ahead_ == std::chrono::seconds(0)) return {};
    const auto off = std::to_string(std::chrono::abs(ahead_).count());
    return "our clock is " + off + " s " + (ahead_ > std::chrono::seconds(0) ? "behind" : "ahead of") +
           " the peer's; messages are signed with the peer's time";
}

} // namespace gatehouse::net
