#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/config/site.hpp"
#include "gateway/model/envelope.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::notify {

// What an alert has to tell to staff: it is there, it goes to somebody higher, it has passed.
enum class Stage { raised, escalated, cleared };

[[nodiscard]] constexpr std::string_view to_string(Stage stage)
{
    if (stage == Stage::raised) return "raised";
    return stage == Stage::escalated ? "escalated" : "cleared";
}

// One message to staff: an alert's news, or a digest of several. Masked already: no plate in full, no person.
struct Notification {
    struct Line {
        std::string label;
        std::string value;
    };
    std::string id;       // the same at every try: what a receiver may deduplicate on
    std::string alert_id; // empty: a digest
    Stage stage = Stage::raised;
    int severity = 3; // of a digest: the most urgent in it
    std::string kind, device, lane;
    std::string mark;  // 告警, 升级, 恢复, 汇总
    std::string title; // one line
    std::vector<Line> lines;
    std::vector<config::DutyPerson> mention; // who is called by name
    base::WallTime at{};

    // "[告警] 1号门道闸未落杆"
    [[nodiscard]] std::string headline() const { return "[" + mark + "] " + title; }
};

// What became of one try. A reason names no address and no secret.
struct Verdict {
    enum class Kind {
        sent,        // the peer has it; a reason then is something that somebody must hear of all the same
        unreachable, // nothing was sent: peer or network are not there
        maybe,       // sent, and no answer: it may have arrived
        retry,       // not taken now
        throttled,   // too fast: nothing more before `wait` has passed
        refused,     // never this message: a dead letter
        stopped,     // no message at all before somebody has changed something
    };
    Kind kind = Kind::retry;
    std::string reason{};
    std::chrono::milliseconds wait{0}; // at least so long before the next try
};

[[nodiscard]] constexpr std::string_view to_string(Verdict::Kind kind)
{
    constexpr std::array<std::string_view, 7> words{"sent",      "unreachable", "maybe",  "retry",
                                                    "throttled", "refused",     "stopped"};
    return words.at(static_cast<std::size_t>(kind));
}

// At most `count` messages in any span of `per`.
struct Rate {
    std::size_t count = 0;
    std::chrono::milliseconds per{0};
};

// How the dispatcher treats a channel.
struct Manner {
    std::vector<Rate> rates; // below what the peer publishes
    std::vector<std::chrono::milliseconds>
        retries;         // before the second try, the third ...; then a dead letter
    double jitter = 0;   // by which share of itself such a wait varies
    bool digests = true; // people read it: several alerts may be one message. false: a machine wants each
};

// One staff channel. Knows its protocol and its peer's answers; order, pace, digests, tries and cursors
// belong to the dispatcher, which sends one message at a time. io thread only.
class Channel {
public:
    virtual ~Channel() = default;
    [[nodiscard]] virtual const Manner& manner() const = 0;
    // One try, over within half a minute. Cancellation leaves as the exception Asio throws.
    virtual asio::awaitable<Verdict> send(Notification notification) = 0;
};

struct ChannelContext {
    asio::any_io_executor executor;
    base::Clock& clock;
    base::Random& random;
    base::Connector& connector;
    model::Names names;
};

// Makes the channel of one protocol; a row of the registry.
using MakeChannel = std::unique_ptr<Channel> (*)(const config::NotifyConfig& notify, config::Table table,
                                                 ChannelContext context);

} // namespace gatehouse::notify
