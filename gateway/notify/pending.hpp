#pragma once
#include "gateway/notify/channel.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::notify {

// How it went so far.
struct Tries {
    std::size_t refused = 0; // for now, by the peer
    bool maybe = false;      // one was left without an answer
    base::MonoTime due{};    // not before: the next
};

// What one alert has to tell and has not told yet; several of its transitions may have become one.
struct Pending {
    std::string id;                 // of the newest transition's event
    std::vector<std::int64_t> seqs; // journal entries it stands for, ascending
    model::Alert alert;             // as of the newest
    Stage stage = Stage::raised;
    bool whole = false;             // its beginning and its end, neither of them told before
    std::vector<std::string> roles; // for whom it comes this way
    base::WallTime since{};         // of the first transition in it
    base::MonoTime came{};          // to us
    Tries tries;
    bool in_digest = false;     // waits for the next digest
    base::MonoTime digest_at{}; // then: which is due by now

    [[nodiscard]] bool is_urgent() const { return alert.severity <= 2 && stage != Stage::cleared; }
};

// Alerts of which only the number is kept, when too many wait: told by the next digest, whole in the store.
struct Folded {
    std::int64_t count = 0;
    int severity = 4; // the most urgent
    base::WallTime from{};
    base::WallTime to{};

    void add(const Folded& other)
    {
        if (other.count == 0) return;
        from = count == 0 ? other.from : std::min(from, other.from);
        to = std::max(to, other.to);
        severity = std::min(severity, other.severity);
        count += other.count;
    }
};

// What goes out as one message.
struct Parcel {
    std::vector<Pending> items;
    Folded folded;
    [[nodiscard]] bool is_digest() const { return folded.count > 0 || items.size() > 1; }
};

} // namespace gatehouse::notify
