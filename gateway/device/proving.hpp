#pragma once
#include "gateway/device/supervisor.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::device {

// What a device told, as it told it and as we understood it.
struct Proof {
    model::EntryPtr entry;
    std::string raw; // with pseudonyms, as `device capture` records; empty: its language records nothing
};

// What became of a cut link.
struct CutReport {
    enum class Phase {
        none,     // it was never cut
        waiting,  // somebody waits for an event of it
        cut,      // the link is down on purpose
        backfill, // it is back, and what happened meanwhile may still come
        done      // what happened meanwhile has come, or nothing will
    };
    Phase phase = Phase::none;
    std::vector<model::EntryPtr> brought; // what happened during the cut and came after it
};
[[nodiscard]] std::string_view to_string(CutReport::Phase phase);

// Lets an installer see that a device really tells what passes, and that nothing is lost while its link is
// down. Used by the API. io thread only.
class Proving {
public:
    Proving(store::Store& store, base::Clock& clock, Supervisor& supervisor);

    // The next live thing that happens at the device. Errors: not_found, busy (somebody waits already),
    // timed_out, those of the store.
    asio::awaitable<base::Result<Proof>> next_event(std::string device, std::chrono::seconds span);
    // When the link comes back. Errors: not_found, busy (it is cut).
    base::Result<base::WallTime> cut(const std::string& device, std::chrono::seconds span);
    // Errors: not_found, those of the store.
    asio::awaitable<base::Result<CutReport>> report(std::string device);

private:
    struct Cut {
        base::WallTime from{};
        base::WallTime until{};
        std::int64_t seq = 0; // the journal's end when it began
    };
    asio::awaitable<base::Result<model::EntryPtr>> await_entry(std::string device, base::MonoTime until,
                                                               bool& over);
    asio::awaitable<std::string> record_until(std::string device, const bool& over);

    store::Store& store_;
    base::Clock& clock_;
    Supervisor& supervisor_;
    std::map<std::string, Cut> cuts_; // by device; bounded by those there are
    std::set<std::string> waiting_;
};

} // namespace gatehouse::device
