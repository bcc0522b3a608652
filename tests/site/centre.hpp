#pragma once
#include "gateway/app/registry.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::site {

class CentreSink;

// The platform upstream: keeps what it was sent, recognises repeats by id. The sinks of protocol "centre"
// talk to it.
class Centre {
public:
    struct Receipt {
        model::EntryPtr entry;
        bool replay = false;
        base::MonoTime at{};
    };

    Centre(base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}
    ~Centre();

    void go_away();
    void come_back();
    [[nodiscard]] bool away() const { return away_; }
    // The gateway that is connected now loses its link for good, as when its process is killed.
    void forget_gateway();

    double lost_ack_rate = 0; // taken, but the answer gets lost
    double later_rate = 0;    // not taken now
    std::chrono::milliseconds latency{20};
    double rate_max = 0; // messages a second while a backlog drains; 0: no limit
    // Carries out an order as if it came from an operator upstream.
    upstream::CommandHandler order;

    std::vector<Receipt> receipts;             // in order, repeats included
    std::map<std::string, std::int64_t> by_id; // after recognising repeats: id to sequence number
    std::size_t open_max = 0;                  // the most deliveries ever open at once

    static upstream::MakeSink maker(Centre& centre);

private:
    friend class CentreSink;
    base::Clock& clock_;
    base::Random& random_;
    CentreSink* sink_ = nullptr; // the newest
    bool away_ = false;
};

} // namespace gatehouse::site
