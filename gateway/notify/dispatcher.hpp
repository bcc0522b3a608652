#pragma once
#include "gateway/base/backoff.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/notify/outbox.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::notify {

// One staff channel under a lens: status, doctor.
struct ChannelStats {
    std::string name;
    std::string protocol;
    std::string state; // ready | paused | unreachable | stopped
    std::string why;   // when it is not well
    std::size_t waiting = 0;
    std::uint64_t sent = 0;
    std::uint64_t retried = 0;
    std::uint64_t throttled = 0;
    std::uint64_t digested = 0; // alerts told in a digest
    std::uint64_t dead_letters = 0;
    std::optional<base::WallTime> last_sent;
};

// Brings alerts from the journal to one staff channel: reads AlertChanged entries with the cursor
// notify/NAME, keeps what concerns the channel in an Outbox, sends one message at a time and judges the
// verdicts. What is done with, what waits and the pace are written in one transaction after every message, so
// that a crash repeats at most the one that was out. The app runs run(); everything on the io thread.
class Dispatcher {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Metrics& metrics;
        store::Store& store;
        Channel& channel; // outlives the dispatcher
        std::chrono::minutes utc_offset{480};
        std::function<const std::vector<config::RosterConfig>&()> rosters;
        // Something is wrong with the channel that somebody must hear of, or no longer is. Told once for each
        // reason.
        std::function<void(bool ok, const std::string& why)> on_health;
        // An alert has reached those whom it calls.
        std::function<void(const std::string& alert, const std::string& whom)> on_delivered;
    };

    Dispatcher(config::NotifyConfig config, Ports ports);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // Ends only by cancellation: writes what is done with first. A message that is out then may be repeated.
    asio::awaitable<void> run();

    // One message that asks nobody to do anything, at once and between two others; it is not repeated. Ends
    // within a minute, also when the dispatcher goes away meanwhile. Errors: busy (one was tried just now).
    asio::awaitable<base::Result<Verdict>> send_test(std::string who);

    [[nodiscard]] const config::NotifyConfig& config() const { return config_; }
    [[nodiscard]] bool stopped() const { return stopped_; }
    // What somebody must hear of; empty: all is well.
    [[nodiscard]] std::string complaint() const { return complaint_.value_or(""); }
    [[nodiscard]] ChannelStats stats() const;

private:
    // A message that somebody waits for; the dispatcher may end before it is sent.
    struct Trial {
        Notification message;
        base::Wakeup over;
        std::optional<Verdict> verdict;
    };

    asio::awaitable<void> load();
    asio::awaitable<void> feed();
    void take(const model::Entry& entry);
    asio::awaitable<void> deliver();
    asio::awaitable<void> try_out();
    void end_trial(Verdict verdict);
    [[nodiscard]] Notification message_of(const Parcel& parcel) const;
    void judge(Parcel parcel, const Verdict& verdict);
    void note_sent(const Parcel& parcel, const Verdict& verdict);
    void note_unreachable(const Verdict& verdict);
    void file(std::vector<std::int64_t> seqs, const std::string& reason);
    void complain(const std::string& why);
    asio::awaitable<void> write();

    config::NotifyConfig config_;
    std::string reader_;
    Ports ports_;
    Outbox outbox_;
    base::Wakeup changed_; // something came
    base::Wakeup room_;    // something went
    base::Backoff backoff_;
    std::vector<store::DeadLetter> letters_; // written with the cursor; bounded: one message's
    std::int64_t written_ = -1;              // the cursor on disk
    std::string written_text_;
    std::optional<base::MonoTime> unreachable_since_;
    std::string unreachable_why_;
    std::optional<std::string> complaint_; // as told last; nothing: nothing told since the start
    bool stopped_ = false;
    std::shared_ptr<Trial> trial_;
    base::MonoTime next_trial_{};
    std::optional<base::WallTime> last_sent_;
    base::Counter& sent_;
    base::Counter& retried_;
    base::Counter& throttled_;
    base::Counter& digested_;
    base::Counter& unanswered_;
    base::Counter& dead_letters_;
    base::Counter& write_failures_;
    base::Gauge& waiting_;
};

} // namespace gatehouse::notify
