#pragma once
#include "gateway/base/backoff.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/store.hpp"
#include "gateway/upstream/arrivals.hpp"
#include "gateway/upstream/queue.hpp"
#include "gateway/upstream/rate_meter.hpp"
#include "gateway/upstream/sink.hpp"

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace gatehouse::upstream {

// The outbox of one upstream under a lens: `queue stat`, /api/v1/queue, status.
struct DispatchStats {
    std::string name;
    bool link_up = false;
    std::size_t open = 0; // deliveries without a verdict
    std::uint64_t delivered = 0;
    std::uint64_t rejected = 0;
    std::uint64_t retried = 0; // verdict "later"
    std::optional<base::WallTime> last_accepted;
    double rate = 0;              // deliveries a second, measured over the last seconds
    store::Backlog backlog;       // filled by measure() only
    double seconds_to_empty = -1; // negative: unknown (nothing is being delivered); filled by measure() only
};

// Brings the journal to one sink: a sliding window over each priority class, alerts before everything, each
// cursor moved over the prefix of entries that are done with. The cursors make a crash safe: what was
// delivered since the last written cursor (at most ~50 ms) is sent again, and upstream recognises the event
// id. The app runs run(); everything on the io thread.
class Dispatcher {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Metrics& metrics;
        store::Store& store;
        model::UlidSource& ids;
        Sink& sink; // outlives the dispatcher, and runs until the dispatcher has stopped
        // The peer is there and keeps putting an entry off, with its reason; empty: it has taken it. May be
        // empty.
        std::function<void(const std::string& why)> on_refusal{};
    };

    Dispatcher(std::string name, Ports ports);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // Ends only by cancellation: waits up to 2 s for open verdicts, then writes the cursors.
    asio::awaitable<void> run();

    // The sink's link went up or down. Without this call a link that came up is noticed within half a second.
    void link_changed() { wake(); }
    // Ends a pause after refusals and sends at once.
    void drain();

    [[nodiscard]] DispatchStats stats() const;
    // stats() with the backlog from the store.
    asio::awaitable<base::Result<DispatchStats>> measure();
    // The next entries to be delivered, alerts first.
    asio::awaitable<base::Result<std::vector<model::EntryPtr>>> peek(std::size_t limit);
    // What the peer will never take, newest first.
    asio::awaitable<base::Result<std::vector<store::DeadLetter>>> quarantine(std::size_t limit);
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    // An entry that the peer will never take, on its way to the dead letters.
    struct Filed {
        store::DeadLetter letter;
        base::WallTime received_at{};
        bool announce = true; // by a gap entry
    };
    // An entry that the peer, being there, puts off.
    struct Refusal {
        std::int64_t seq = 0;
        base::MonoTime since{};
        std::string told; // the reason, when somebody has heard of it
    };
    asio::awaitable<void> load_cursors();
    asio::awaitable<void> feed_events(Queue& queue);
    asio::awaitable<void> feed_fresh_alerts(Queue& queue);
    asio::awaitable<void> feed_older_alerts(Queue& queue);
    asio::awaitable<base::Result<void>> read_fresh(Queue& queue);
    asio::awaitable<void> wait_unreadable(base::error_code why);
    asio::awaitable<void> keep_cursors();
    asio::awaitable<void> notice_link();
    asio::awaitable<void> resume_at(base::MonoTime when);
    asio::awaitable<bool> write_cursors();
    [[nodiscard]] std::array<std::int64_t, 2> positions() const;
    asio::awaitable<void> finish();
    void wake();
    [[nodiscard]] Queue& queue_of(model::Priority priority)
    {
        return queues_[static_cast<std::size_t>(priority)];
    }
    // ---- dispatcher_delivery.cpp ----
    void pump();
    [[nodiscard]] bool may_send(const Queue& queue) const;
    [[nodiscard]] bool within_rate(const model::Entry& entry);
    [[nodiscard]] std::chrono::nanoseconds age(const model::Entry& entry) const;
    [[nodiscard]] std::size_t window() const;
    void send(Queue& queue, model::EntryPtr entry);
    void settle(Queue& queue, const model::EntryPtr& entry, Verdict verdict);
    void put_off(Queue& queue, std::int64_t seq, const Verdict& verdict);
    void file(const model::Entry& entry, std::string reason);
    [[nodiscard]] bool hung_up_on(std::int64_t seq);
    void complain(std::int64_t seq, const Verdict& verdict);
    void end_complaint(std::int64_t seq);
    [[nodiscard]] std::optional<model::Event> announcement() const;
    void pause(std::chrono::milliseconds at_least);

    std::string name_;
    std::string reader_;
    Ports ports_;
    std::array<Queue, 2> queues_; // by model::Priority
    base::Backoff backoff_;
    base::Wakeup room_;                                     // a queue may read on
    base::Wakeup dirty_;                                    // a cursor moved
    std::array<std::int64_t, 2> written_{};                 // cursors as the store has them
    std::deque<Filed> letters_;                             // written with the cursor that passes them
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); // a verdict may come after we are gone
    std::unique_ptr<base::TaskGroup> tasks_;
    Arrivals arrivals_;
    std::optional<Refusal> refusal_;
    std::int64_t suspect_ = 0; // the first delivery open when the link was lost last
    int hang_ups_ = 0;         // how often in a row, with nothing delivered in between
    bool losing_ = false;      // the suspect of the present loss is known
    base::MonoTime paused_until_{};
    base::MonoTime resume_due_{}; // of the one pending wake-up
    double allowance_ = 0;        // messages the rate limit lets through now
    base::MonoTime allowance_at_{};
    std::size_t open_ = 0;
    bool pumping_ = false;
    bool stopping_ = false;
    RateMeter meter_;
    std::optional<base::WallTime> last_accepted_;
    base::Counter& delivered_;
    base::Counter& rejected_;
    base::Counter& retried_;
    base::Counter& cursor_failures_;
    base::Gauge& open_gauge_;
};

} // namespace gatehouse::upstream
