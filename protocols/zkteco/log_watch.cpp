#include "protocols/zkteco/log_watch.hpp"

#include "protocols/zkteco/times.hpp"

#include <algorithm>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using model::LinkState;

namespace {

constexpr auto query_again_after = 10min;
constexpr auto reach_back = 1h; // when nothing is known of the last punch
constexpr auto overlap = 1min;

} // namespace

void LogWatch::came(const model::Event& punch)
{
    if (!known_.insert(punch.device_key)) return;
    ++came_;
    if (punch.device_time) newest_ = std::max(newest_.value_or(*punch.device_time), *punch.device_time);
}

asio::awaitable<void> LogWatch::told(const Info& info)
{
    session_.status.firmware = info.firmware;
    session_.fact("records in its log", std::to_string(info.logs));
    session_.fact("persons", std::to_string(info.users));
    const bool fewer = logs_ && info.logs < *logs_; // its log was cleared
    const std::int64_t missing = logs_ && !fewer ? info.logs - *logs_ - came_ : 0;
    if (missing <= 0) {
        if (came_ > 0 && session_.status.link == LinkState::silent)
            co_await session_.set_link(LinkState::up, "");
        logs_ = info.logs;
        came_ = 0;
        missing_since_.reset();
        co_return;
    }
    const auto now = session_.context.clock.now();
    if (!missing_since_) missing_since_ = now;
    if (now - *missing_since_ < session_.config.unproven_max) co_return;
    auto why = std::to_string(missing) +
               " records in the device's log were not sent to us: check its cloud server settings";
    co_await session_.set_link(LinkState::silent, std::move(why));
    if (querying_ || (queried_at_ && now - *queried_at_ < query_again_after)) co_return;
    queried_at_ = now;
    session_.spawn("missing records", fetch_missing());
}

asio::awaitable<void> LogWatch::fetch_missing()
{
    const auto now = session_.context.clock.wall();
    const auto from = newest_.value_or(now - reach_back) - overlap;
    // A clock that runs ahead must not hide its records.
    const auto answer = co_await query(from, now + 24h);
    if (!answer.ok()) {
        session_.tell_once("query", "device does not send its records again", answer.why());
        co_return;
    }
    logs_.reset();
    came_ = 0;
    missing_since_.reset();
}

asio::awaitable<Answer> LogWatch::query(base::WallTime from, base::WallTime until)
{
    struct Off {
        bool& flag;
        ~Off() { flag = false; }
    };
    querying_ = true;
    const Off off{querying_};
    const auto zone = session_.context.utc_offset;
    std::string text =
        "DATA QUERY ATTLOG StartTime=" + write_time(from, zone) + "\tEndTime=" + write_time(until, zone);
    auto answer = co_await session_.send(std::move(text));
    co_return answer;
}

} // namespace gatehouse::zkteco
