#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/config/site.hpp"
#include "gateway/store/follower.hpp"
#include "gateway/store/passage_index.hpp"
#include "gateway/store/store.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace gatehouse::passage {

// Keeps the index of passages in step with the journal: a row for each read as soon as it is journalled, and
// once the movement that it was part of is told, one row for all of its reads. Lags a second behind, so that
// a busy gate costs few transactions; an index that is new, or was damaged, is filled from the first entry
// on, at a pace that leaves the machine to the gates. Made and run by the app. io thread only.
class Register {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Metrics& metrics;
        store::Store& store;
        store::PassageIndex& index;
    };

    explicit Register(Ports ports);

    // Follows the journal. Ends only by cancellation.
    asio::awaitable<void> run();
    // What the journal has let go leaves the index too.
    asio::awaitable<base::Result<void>> tidy(const config::RetentionConfig& retention);
    // One step of run(), for whoever drives it by hand.
    asio::awaitable<base::Result<std::int64_t>> step();

private:
    asio::awaitable<base::Result<void>> take_up();
    asio::awaitable<base::Result<void>> read_page();
    [[nodiscard]] bool is_due() const;
    asio::awaitable<base::Result<void>> commit();
    asio::awaitable<base::Result<void>> note(const model::Entry& entry);
    asio::awaitable<base::Result<void>> note_movement(const model::Entry& entry,
                                                      const model::Passage& passage);
    asio::awaitable<base::Result<std::optional<store::PassagePlace>>> place_of(std::string id);
    void remember(const std::string& id, store::PassagePlace place);

    Ports ports_;
    store::Follower follower_;
    bool taken_up_ = false;     // false: where the index stands has to be asked
    std::int64_t position_ = 0; // read up to here
    store::PassageBatch batch_; // what was read and is not in the index yet
    base::MonoTime last_commit_{};
    // By event id: the newest, for the movements that they turn out to be part of.
    std::map<std::string, store::PassagePlace> reads_;
    std::deque<std::string> reads_order_;
};

} // namespace gatehouse::passage
