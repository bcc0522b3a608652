#pragma once
#include "protocols/facepush/terminal.hpp"

namespace gatehouse::facepush {

// The terminal's own log of records (sheet A1, /newFindRecords): fills the gap that an outage leaves, and
// shows whether records arrive live. The position is a time of the terminal's clock and moves only over what
// is on disk.
class RecordLog {
public:
    RecordLog(Session& session, Terminal& terminal) : session_(session), terminal_(terminal) {}

    // Reads what is newer than the position. Why not, or empty.
    asio::awaitable<std::string> catch_up();
    // A record that is older than unproven_max and did not come live since the link is up: the live way
    // fails.
    [[nodiscard]] bool live_way_fails() const { return unproven_; }
    void live_from_now();
    void proven() { unproven_ = false; }

private:
    asio::awaitable<base::Result<std::vector<Reading>>> read(base::WallTime from, base::WallTime until);
    [[nodiscard]] base::WallTime start_at();
    void judge(const Reading& reading);

    Session& session_;
    Terminal& terminal_;
    std::string why_;
    base::WallTime live_since_{}; // of the terminal's clock
    bool unproven_ = false;
};

} // namespace gatehouse::facepush
