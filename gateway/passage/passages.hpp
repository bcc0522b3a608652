#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/passage/estate_watch.hpp"
#include "gateway/passage/occupancy.hpp"
#include "gateway/store/follower.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::passage {

// The journal's reader named "passages": makes one event of all that belongs to one movement, and counts who
// is inside. What a page of the journal leads to – passages, the count, what the lanes remember and the moved
// cursor – is one transaction, so that a crash at any point tells and counts nothing twice. Made and run by
// the app. io thread only.
class Passages {
public:
    static constexpr auto reader = "passages";

    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        model::UlidSource& ids; // the gateway's: ids sort as the entries were made
        base::Metrics& metrics;
        store::Store& store;
    };
    struct Options {
        std::size_t page = 256;
        std::chrono::milliseconds cursor_every = std::chrono::seconds(5); // over entries that ended nothing
        std::size_t recalled_max = 20'000; // passages of the past, for who is inside
    };

    Passages(Ports ports, const std::vector<config::LaneConfig>& lanes, Options options);

    // Takes up where the last run ended. Called once, before run(). Errors: those of the store.
    asio::awaitable<base::Result<void>> load();
    // Follows the journal and the clock. Ends only by cancellation.
    asio::awaitable<void> run();

    [[nodiscard]] const Occupancy& occupancy() const { return occupancy_; }
    // The occupancy after it; audited. Errors: bad_input (nobody says so, or a number that cannot be), and
    // those of the store.
    asio::awaitable<base::Result<Occupancy>> correct(Correction correction);

    // After a reload of the configuration.
    void use_lanes(const std::vector<config::LaneConfig>& lanes) { estate_.use_lanes(lanes); }

private:
    asio::awaitable<base::Result<std::int64_t>> step();
    asio::awaitable<base::Result<std::int64_t>> read_page(std::vector<Told>& told);
    asio::awaitable<base::Result<void>> recall(std::string type);
    asio::awaitable<base::Result<void>> commit(store::Change change, std::int64_t position);
    void add(store::Change& change, std::vector<Told> told);
    void add_memory(store::Change& change, const std::string& key, std::string value);
    void go_back();
    void restore_memory();
    void count(const std::vector<model::Event>& events);

    Ports ports_;
    Options options_;
    EstateWatch estate_;
    Occupancy occupancy_;
    std::map<std::string, std::string> saved_; // by key: what is on disk
    std::int64_t position_ = 0;                // observed up to here
    std::int64_t committed_ = 0;               // the cursor on disk
    base::MonoTime last_commit_{};
    store::Follower follower_; // its turn: somebody has passages and occupancy in hand
};

} // namespace gatehouse::passage
