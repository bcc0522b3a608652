#pragma once
#include "gateway/alert/alert_board.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/config/site.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/follower.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::alert {

// The journal's reader named "rules": runs the rules over it in order and keeps the alerts. What one page of
// the journal leads to – alert rows, AlertChanged entries, what the rules remember and the moved cursors – is
// one transaction, so a crash at any point repeats nothing and forgets nothing. Made and run by the app; the
// API and the command room call carry_out(). io thread only.
class Alerts {
public:
    static constexpr auto reader = "rules";

    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        model::UlidSource& ids; // the gateway's: ids sort as the entries were made
        base::Metrics& metrics;
        store::Store& store;
        std::function<bool()> clock_synced; // empty: always
    };
    struct Options {
        AlertBoard::Limits limits{};
        std::size_t page = 256;
        std::chrono::milliseconds counts_every =
            std::chrono::seconds(10);                                     // repeats reach the disk this often
        std::chrono::milliseconds cursor_every = std::chrono::seconds(5); // over entries that meant nothing
    };

    using Rules = std::vector<std::unique_ptr<rules::Rule>>;

    Alerts(Ports ports, Rules rules, Options options);

    // Takes up where the last run ended. Called once, before run() and before anything is appended to a new
    // journal: a store that knows no position of ours starts us at its end. Errors: those of the store.
    asio::awaitable<base::Result<void>> load();
    // Follows the journal and the clock. Ends only by cancellation.
    asio::awaitable<void> run();

    // ---- alert_orders.cpp: what people and channels do; each attempt of a person is audited ----
    // The alert after it. Errors: those of AlertBoard::carry_out(), and of the store.
    asio::awaitable<base::Result<model::Alert>> carry_out(Order order);
    // A staff channel has delivered the alert to `whom`. Errors: not_found, conflict (nobody has to be called
    // for it any more), and those of the store.
    asio::awaitable<base::Result<model::Alert>> note_dispatched(std::string id, std::string channel,
                                                                std::string whom);
    // Id and begin are filled in. Errors: those of Quiet::add(), and of the store.
    asio::awaitable<base::Result<model::Silence>> silence(model::Silence wanted);
    asio::awaitable<base::Result<model::Silence>> end_silence(std::string id, std::string actor);
    // Errors: bad_input (nobody, or nothing said), and those of the store.
    asio::awaitable<base::Result<model::Handover>> hand_over(std::string author, std::string text);

    // Other rules from now on. Alerts, acknowledgements and running times stay; an open alert of a rule that
    // is now switched off waits for a person.
    void reload(Rules rules);
    // Maintenance windows and the devices of each lane, from now on.
    void use(const config::SiteConfig& site);
    void use(Quiet::Disarmed disarmed) { board_.quiet().use(std::move(disarmed)); }

    // All that a person has still to see to, newest first.
    [[nodiscard]] std::vector<model::Alert> alerts() const { return board_.alerts(); }
    // Those that have not ended.
    [[nodiscard]] const std::vector<model::Silence>& silences() const { return board_.quiet().silences(); }

private:
    asio::awaitable<base::Result<void>> load_alerts();
    asio::awaitable<base::Result<std::int64_t>> step();
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>> next_page(std::int64_t upto);
    [[nodiscard]] bool is_tick_due();
    std::vector<Finding> observe(const std::vector<model::EntryPtr>& page, bool tick_due);
    [[nodiscard]] bool worth_a_commit(const store::Change& change) const;
    void add(store::Change& change, std::vector<Transition> transitions);
    void add_memory(store::Change& change);
    asio::awaitable<base::Result<void>> commit(store::Change change);
    void go_back(const AlertBoard& board, std::int64_t position);
    // Runs `work` on the board in its turn and commits what comes of it, the audit record included.
    using Work = std::function<base::error_code(WallTime now, store::Change& change)>;
    asio::awaitable<base::error_code> in_turn(std::optional<store::AuditRecord> audit, Work work);
    asio::awaitable<base::error_code> judge(base::error_code why, const std::string& id);

    Ports ports_;
    Options options_;
    Rules rules_;
    std::map<std::string, std::string>
        saved_; // by memory key: what each rule had written down at the last commit
    AlertBoard board_;
    std::int64_t position_ = 0;  // observed up to here
    std::int64_t committed_ = 0; // the cursors on disk
    std::int64_t read_upto_ = 0; // where the page in hand ends
    base::MonoTime last_commit_{};
    std::optional<base::MonoTime> last_tick_;
    store::Follower follower_; // its turn: somebody has the board in hand
    base::Gauge& open_gauge_;
    base::Gauge& suppressed_gauge_;
    base::Gauge& stormed_gauge_;
    base::Gauge& repeats_gauge_;
};

} // namespace gatehouse::alert
