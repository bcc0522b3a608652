#pragma once
#include "gateway/notify/pending.hpp"
#include "gateway/notify/rate_window.hpp"

#include <deque>
#include <limits>
#include <optional>
#include <set>

namespace gatehouse::notify {

// What one staff channel has still to tell, and what of it goes out next: order for each alert, urgency,
// quiet hours, the pace of the channel and digests instead of loss. Pure: no I/O and no clock of its own.
// Used by Dispatcher. Memory is bounded: of more than `items_max` waiting alerts only the number is kept, or
// no more are read.
class Outbox {
public:
    static constexpr std::size_t items_max = 200;

    struct Look {
        std::optional<Parcel> parcel; // to be sent now
        base::MonoTime again = base::MonoTime::max();
    };
    // What became of a parcel; neither: it is done with.
    struct Settled {
        bool again = false;               // it will be tried again
        bool dead = false;                // it will never be sent
        std::vector<std::int64_t> seqs{}; // what it stood for, when dead
    };

    Outbox(Manner manner, config::NotifyConfig config, std::chrono::minutes utc_offset);

    // ---- what is on disk ----
    // Where a new channel begins: what is before it is nobody's news any more.
    void begin_at(std::int64_t seq) { upto_ = seq; }
    // Takes up what save() wrote; text that is none leaves the cursor alone to go by.
    void load(std::int64_t cursor, const std::string& text, base::MonoTime now, base::WallTime wall);
    [[nodiscard]] std::string save(base::MonoTime now, base::WallTime wall) const;
    // Everything up to here is done with.
    [[nodiscard]] std::int64_t cursor() const;
    [[nodiscard]] std::int64_t read_position() const { return read_; }

    // ---- what comes ----
    // Whether the entry has been dealt with before the last stop.
    [[nodiscard]] bool knows(std::int64_t seq) const { return seq <= upto_ && !left_.contains(seq); }
    // No more of it is to be read up to here.
    void pass(std::int64_t seq);
    // A transition of an alert. `only_if_waiting`: it ends what waits and is no message of its own.
    void add(Pending pending, bool only_if_waiting);

    // Whether a machine's channel has enough to do; what is not read waits in the journal.
    [[nodiscard]] bool is_full() const { return !manner_.digests && items_.size() >= items_max; }

    // ---- what goes ----
    // The next message, or when to look again. After a parcel settle() comes first.
    [[nodiscard]] Look look(base::MonoTime now, base::WallTime wall);
    Settled settle(Parcel parcel, const Verdict& verdict, base::MonoTime now, base::Random& random);
    // Nothing goes out before this.
    void pause_until(base::MonoTime when) { paused_until_ = std::max(paused_until_, when); }
    [[nodiscard]] base::MonoTime paused_until() const { return paused_until_; }

    [[nodiscard]] std::size_t waiting() const { return items_.size() + sending_.size(); }
    [[nodiscard]] std::int64_t folded() const { return folded_.count; }

private:
    [[nodiscard]] base::MonoTime ready_at(const Pending& item, base::MonoTime now, base::WallTime wall) const;
    void choose_digest(Pending& item, base::MonoTime now, base::WallTime wall) const;
    [[nodiscard]] Parcel take(std::deque<Pending>::iterator item, base::MonoTime now);
    [[nodiscard]] bool take_digest(Look& look, base::MonoTime now, base::WallTime wall);
    void put_back(Parcel parcel);
    void put_back(Pending item);
    void fold_surplus();
    void plan(Tries& tries, const Verdict& verdict, base::MonoTime now, base::Random& random) const;

    Manner manner_;
    config::NotifyConfig config_;
    std::chrono::minutes utc_offset_;
    RateWindow window_;
    std::deque<Pending> items_; // in the order in which they came
    Folded folded_;
    std::set<std::int64_t> sending_; // entries of the parcel that is out
    std::int64_t read_ = 0;
    std::int64_t upto_ = 0;       // read before the last stop
    std::set<std::int64_t> left_; // and of that not dealt with, nor read again yet
    Tries digest_;                // of the digest that went last
    base::MonoTime paused_until_{};
};

} // namespace gatehouse::notify
