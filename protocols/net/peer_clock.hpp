#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/net/http_message.hpp"

#include <chrono>
#include <string>

namespace gatehouse::net {

// The time by which a peer judges our signatures. As long as it takes them, that is our own clock; when it
// refuses one for its time, the Date of its answer (authentic: it came over verified TLS) says how far we are
// off, and the next signature carries the peer's time. After a power cut a wrong clock would otherwise
// silence the chats just when they matter (staff-notify.md §7). Used by channels that sign.
class PeerClock {
public:
    // The time to sign with.
    [[nodiscard]] base::WallTime time(base::WallTime ours) const { return ours + ahead_; }
    // Takes over what an answer says of the time. True when it explains a refusal: a signature with the
    // peer's time is worth a try.
    bool learn(const HttpHeaders& answer, base::WallTime ours);
    // While we differ: looks whether we still do.
    void look_again(const HttpHeaders& answer, base::WallTime ours)
    {
        if (ahead_ != std::chrono::seconds(0)) learn(answer, ours);
    }
    // One sentence while we differ; else empty.
    [[nodiscard]] std::string complaint() const;

private:
    std::chrono::seconds ahead_{0}; // the peer's clock minus ours
};

} // namespace gatehouse::net
