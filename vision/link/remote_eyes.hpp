#pragma once
#include "gateway/base/backoff.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "vision/link/eyes.hpp"
#include "vision/link/reference_shelf.hpp"
#include "vision/link/worker_process.hpp"

#include <deque>
#include <map>
#include <optional>

namespace gatehouse::vision {

// The eyes whose worker is another process: starts it when somebody needs it, pings it, ends it when it hangs
// or grows, starts it again after a growing pause, and tells it again what is watched. A worker that ends
// costs nothing but what it was looking at. Made and run by the app. io thread only.
class RemoteEyes final : public Eyes {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Metrics& metrics;
        SpawnWorker spawn;
        ReferenceShelf* shelf = nullptr; // null: what was learnt goes with the worker
        // The worker stays away, or is well again; told at each change and once after the start. May be
        // empty.
        std::function<void(bool ok, std::string why)> tell;
    };
    struct Options {
        std::chrono::milliseconds start_limit = std::chrono::seconds(60); // until it says that it is ready
        std::chrono::milliseconds ping_every = std::chrono::seconds(5);
        std::chrono::milliseconds pong_limit = std::chrono::seconds(20);
        std::uint64_t resident_max = 640ULL << 20;
        // Nobody has needed it for so long: it is sent home.
        std::chrono::milliseconds idle_limit = std::chrono::minutes(2);
        std::chrono::milliseconds restart_first = std::chrono::milliseconds(250);
        std::chrono::milliseconds restart_cap = std::chrono::seconds(5);
        int restarts_max = 5; // within restarts_window; one more and it is told to stay away
        std::chrono::milliseconds restarts_window = std::chrono::minutes(10);
        // Up for so long: it is well, the ends before are forgotten and the next pause is a short one again.
        // Longer than restarts_window / restarts_max, or a worker that ends that often would never be told.
        std::chrono::milliseconds well_after = std::chrono::minutes(4);
        std::size_t questions_max = 8;     // that wait for an answer at once
        std::size_t queue_max = 32U << 20; // bytes that wait for the worker to read
    };

    RemoteEyes(Ports ports, Options options);
    ~RemoteEyes() override;

    // Ends only by cancellation; the worker ends when this object goes away.
    asio::awaitable<void> run();
    // After run() and before this goes away: what it does beside ends.
    asio::awaitable<void> stop();

    [[nodiscard]] std::unique_ptr<Watching> watch(Watch wanted, Observer observer) override;
    void trigger(const std::string& camera, std::chrono::milliseconds span) override;
    asio::awaitable<base::Result<void>> relearn(std::string camera) override;
    asio::awaitable<base::Result<Answer>> ask(Question question, std::string order, std::string picture,
                                              std::chrono::milliseconds limit) override;
    [[nodiscard]] EyesStatus status() const override;

private:
    class Handle;
    class Turn;
    struct Camera {
        Watch wanted;
        Observer observer;
        std::uint64_t watch_id = 0;
        CameraFigures counted;             // of the worker that runs
        std::optional<std::string> learnt; // waits to be kept; only the newest counts
        bool keeping = false;
    };

    // One worker, from its start to why it ended; empty: nobody needs it any more.
    asio::awaitable<std::string> live();
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> read();
    asio::awaitable<std::string> write();
    asio::awaitable<std::string> look_after();
    asio::awaitable<std::string> put_to_rest(std::string why);
    [[nodiscard]] std::string wrong_with(base::MonoTime begun);
    // Why its bytes are none of ours; empty: they are.
    [[nodiscard]] std::string take(std::string& pending);
    void hear(FromWorker message);
    void hear(Ready& ready);
    void hear(Answer& answer);
    void hear(const Figures& figures);
    void hear(References& learnt);
    asio::awaitable<void> keep_learnt(std::string camera);
    void note_well();
    // Why plates that are wanted cannot be read; empty: they can, or nobody wants them.
    [[nodiscard]] std::string plates_missing() const;
    void note_end(const std::string& why);
    void tell(bool ok, const std::string& why);
    void tell_all(const WorkerState& state);
    void pass_on(const std::string& camera, News news);
    // Errc::busy: the queue is full; Errc::too_large: no frame takes it.
    base::Result<void> send(const ToWorker& message);
    void begin_watch(const Camera& camera);
    asio::awaitable<void> recall_and_watch(std::string camera, std::uint64_t watch_id);
    void end_watch(const std::string& camera, std::uint64_t watch_id);
    [[nodiscard]] bool needed() const { return !cameras_.empty() || !answers_.empty(); }
    base::Counter& counter(std::string_view name, std::string_view help, const std::string& device = {});

    Ports ports_;
    Options options_;
    base::Backoff backoff_;
    std::map<std::string, Camera> cameras_;
    std::map<std::uint64_t, std::optional<Answer>> answers_; // to the questions that wait
    std::uint64_t next_id_ = 1;
    std::unique_ptr<WorkerProcess> process_;
    EyesStatus status_;
    std::deque<std::string> queue_;
    std::size_t queued_ = 0; // bytes in queue_
    std::optional<base::MonoTime> up_since_;
    base::MonoTime heard_{};          // the last Pong
    base::MonoTime needed_{};         // when somebody last needed it
    std::deque<base::MonoTime> ends_; // those inside the window
    std::string logged_;              // why the last one ended, while none was well since
    std::optional<bool> told_;
    base::Wakeup changed_;  // of what is needed, of answers, and of whether the worker is up
    base::Wakeup outgoing_; // the queue is not empty
    base::Counter& restarts_;
    base::Counter& asked_;
    base::Counter& refused_;
    base::Counter& dropped_;
    base::Gauge& up_;
    base::Gauge& resident_;
    base::TaskGroup tasks_; // last: they use the members above
};

} // namespace gatehouse::vision
