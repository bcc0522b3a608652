#pragma once
#include "protocols/zkteco/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::zkteco {

// The second watchdog of attendance devices: the number of records in the device's log, which it tells with
// its questions for commands, against the punches that came. What is missing is asked for.
class LogWatch {
public:
    explicit LogWatch(Session& session) : session_(session), known_(recent_max) {}

    // A punch is on disk.
    void came(const model::Event& punch);
    asio::awaitable<void> told(const Info& info);
    // Has the device send its records of this span again; they come as ordinary posts.
    asio::awaitable<Answer> query(base::WallTime from, base::WallTime until);
    // The device's records are being sent again, so their times say nothing of its clock.
    [[nodiscard]] bool querying() const { return querying_; }

private:
    static constexpr std::size_t recent_max = 4'096;
    asio::awaitable<void> fetch_missing();

    Session& session_;
    wire::RecentKeys known_;
    std::optional<std::int64_t> logs_; // when everything agreed last
    std::int64_t came_ = 0;            // since then
    std::optional<base::MonoTime> missing_since_;
    std::optional<base::MonoTime> queried_at_;
    std::optional<base::WallTime> newest_; // device time of the newest punch
    bool querying_ = false;
};

} // namespace gatehouse::zkteco
