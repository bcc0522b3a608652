#include "vision/link/remote_eyes.hpp"

#include "gateway/base/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace gatehouse::vision {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::Errc;
using base::kv;
namespace log = base::log;

namespace {

constexpr auto death_limit = 2s; // after SIGKILL

base::error_code reason_of(std::string_view refusal)
{
    if (refusal == "busy") return Errc::busy;
    if (refusal == "not_found") return Errc::not_found;
    if (refusal == "bad_input") return Errc::bad_input;
    if (refusal == "too_large") return Errc::too_large;
    if (refusal == "unavailable") return Errc::unavailable;
    return Errc::failed;
}

std::string mebibytes(std::uint64_t bytes)
{
    return std::to_string(bytes >> 20U) + " MiB";
}

} // namespace

std::string_view to_string(EyesStatus::State state)
{
    switch (state) {
    case EyesStatus::State::off: return "off";
    case EyesStatus::State::starting: return "starting";
    case EyesStatus::State::up: return "up";
    case EyesStatus::State::away: break;
    }
    return "away";
}

std::string why_no_plates(const EyesStatus& status)
{
    for (const auto& model : status.models)
        if (!model.ready && model.name.starts_with("plate_")) return "no plate can be read: " + model.why;
    return {};
}

class RemoteEyes::Handle final : public Watching {
public:
    Handle(RemoteEyes& eyes, std::string camera, std::uint64_t watch_id)
        : eyes_(eyes), camera_(std::move(camera)), watch_id_(watch_id)
    {
    }
    ~Handle() override { eyes_.end_watch(camera_, watch_id_); }

private:
    RemoteEyes& eyes_;
    std::string camera_;
    std::uint64_t watch_id_;
};

// A question's place among those that wait.
class RemoteEyes::Turn {
public:
    explicit Turn(RemoteEyes& eyes) : eyes_(eyes), id(eyes.next_id_++) { eyes_.answers_[id]; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn()
    {
        eyes_.answers_.erase(id);
        eyes_.needed_ = eyes_.ports_.clock.now();
    }
    [[nodiscard]] std::optional<Answer>& answer() { return eyes_.answers_[id]; }

private:
    RemoteEyes& eyes_;

public:
    const std::uint64_t id;
};

RemoteEyes::RemoteEyes(Ports ports, Options options)
    : ports_(std::move(ports)), options_(options), backoff_(options.restart_first, options.restart_cap),
      changed_(ports_.executor), outgoing_(ports_.executor),
      restarts_(counter("gatehouse_vision_restarts_total", "Workers that ended before they should")),
      asked_(counter("gatehouse_vision_questions_total", "Questions about pictures")),
      refused_(counter("gatehouse_vision_questions_refused_total", "Of these, without an answer")),
      dropped_(counter("gatehouse_vision_messages_dropped_total",
                       "Messages for which the queue to the worker was full")),
      up_(ports_.metrics.gauge("gatehouse_vision_up", "Whether the vision worker is ready")),
      resident_(ports_.metrics.gauge("gatehouse_vision_resident_bytes", "Memory of the vision worker")),
      tasks_(ports_.executor)
{
}

RemoteEyes::~RemoteEyes()
{
    if (process_) process_->kill();
}

base::Counter& RemoteEyes::counter(std::string_view name, std::string_view help, const std::string& device)
{
    base::Labels labels;
    if (!device.empty()) labels.emplace_back("device", device);
    return ports_.metrics.counter(name, help, labels);
}

// ---- what is asked of it ----

std::unique_ptr<Watching> RemoteEyes::watch(Watch wanted, Observer observer)
{
    const auto id = next_id_++;
    const auto name = wanted.camera;
    auto& camera = cameras_[name] = {std::move(wanted), std::move(observer), id, {}, {}, false};
    camera.observer(WorkerState{up_since_.has_value(), status_.why});
    if (up_since_) begin_watch(camera);
    if (const auto missing = plates_missing(); up_since_ && !missing.empty()) tell(false, missing);
    changed_.notify();
    return std::make_unique<Handle>(*this, name, id);
}

void RemoteEyes::begin_watch(const Camera& camera)
{
    tasks_.spawn("watch", recall_and_watch(camera.wanted.camera, camera.watch_id));
}

// Several may be under way for one camera after quick changes; each tells what is wanted when it comes back.
asio::awaitable<void> RemoteEyes::recall_and_watch(std::string camera, std::uint64_t watch_id)
{
    std::string learnt;
    if (ports_.shelf != nullptr) learnt = co_await ports_.shelf->recall(camera);
    const auto found = cameras_.find(camera);
    if (!up_since_ || found == cameras_.end() || found->second.watch_id != watch_id) co_return;
    auto wanted = found->second.wanted;
    wanted.references = std::move(learnt);
    if (!send(std::move(wanted)))
        log::error("a camera cannot be watched: its message is too large", kv("device", camera));
}

void RemoteEyes::end_watch(const std::string& camera, std::uint64_t watch_id)
{
    const auto found = cameras_.find(camera);
    if (found == cameras_.end() || found->second.watch_id != watch_id) return;
    cameras_.erase(found);
    needed_ = ports_.clock.now();
    if (up_since_) (void)send(Forget{camera});
}

void RemoteEyes::trigger(const std::string& camera, std::chrono::milliseconds span)
{
    if (up_since_ && cameras_.contains(camera)) (void)send(Trigger{camera, span.count()});
}

// The shelf first: a Watch that is under way brings what lay there before, and reaches the worker before
// this. A worker that ends meanwhile is followed by one that finds nothing kept.
asio::awaitable<base::Result<void>> RemoteEyes::relearn(std::string camera)
{
    if (!cameras_.contains(camera)) co_return Errc::not_found;
    if (!up_since_) co_return Errc::unavailable;
    if (ports_.shelf != nullptr) co_await ports_.shelf->drop(camera);
    if (up_since_ && cameras_.contains(camera)) send(Relearn{camera});
    co_return base::Result<void>();
}

asio::awaitable<base::Result<Answer>> RemoteEyes::ask(Question question, std::string order,
                                                      std::string picture, std::chrono::milliseconds limit)
{
    asked_.add();
    if (answers_.size() >= options_.questions_max) {
        refused_.add();
        co_return Errc::busy;
    }
    Turn turn(*this);
    changed_.notify();
    const auto until = ports_.clock.now() + limit;
    while (!up_since_ && ports_.clock.now() < until && status_.state != EyesStatus::State::away)
        co_await ports_.clock.wait(changed_, until);
    base::error_code why = Errc::unavailable;
    if (up_since_) {
        const auto sent = send(Ask{turn.id, question, std::move(order), std::move(picture)});
        why = sent ? make_error_code(Errc::timed_out) : sent.error();
    }
    const auto begun = up_since_;
    while (why == Errc::timed_out && !turn.answer() && ports_.clock.now() < until) {
        co_await ports_.clock.wait(changed_, until);
        if (up_since_ != begun && !turn.answer()) why = Errc::unavailable;
    }
    auto answer = std::move(turn.answer());
    if (answer && answer->refusal.empty()) co_return std::move(*answer);
    refused_.add();
    if (answer) co_return reason_of(answer->refusal);
    co_return why;
}

EyesStatus RemoteEyes::status() const
{
    auto now = status_;
    now.cameras = cameras_.size();
    now.restarts = restarts_.value();
    now.pid = process_ ? process_->pid() : 0;
    return now;
}

base::Result<void> RemoteEyes::send(const ToWorker& message)
{
    auto bytes = encode(message);
    const bool standing = std::holds_alternative<Watch>(message) || std::holds_alternative<Forget>(message) ||
                          std::holds_alternative<Relearn>(message);
    if (!bytes || (!standing && queued_ + bytes->size() > options_.queue_max)) {
        dropped_.add();
        return bytes ? Errc::busy : Errc::too_large;
    }
    queued_ += bytes->size();
    queue_.push_back(std::move(*bytes));
    outgoing_.notify();
    return {};
}

// ---- the worker's life ----

asio::awaitable<void> RemoteEyes::stop()
{
    tasks_.cancel();
    co_await tasks_.join();
}

asio::awaitable<void> RemoteEyes::run()
{
    for (;;) {
        while (!needed())
            co_await changed_.wait();
        auto why = co_await live();
        if (why.empty()) {
            status_.state = EyesStatus::State::off;
            status_.why.clear();
            if (told_ == false) tell(true, "it is not needed any more");
            continue;
        }
        note_end(why);
        co_await ports_.clock.sleep_for(backoff_.next(ports_.random));
    }
}

asio::awaitable<std::string> RemoteEyes::live()
{
    status_.state = EyesStatus::State::starting;
    auto spawned = ports_.spawn();
    if (!spawned) co_return "it cannot be started: " + spawned.error().message();
    process_ = std::move(*spawned);
    log::debug("vision worker started", kv("pid", process_->pid()));
    auto why = co_await converse();
    up_since_.reset();
    up_.set(0);
    co_return co_await put_to_rest(std::move(why));
}

asio::awaitable<std::string> RemoteEyes::converse()
{
    queue_.clear();
    queued_ = 0;
    auto first = co_await (read() || write() || look_after());
    switch (first.index()) {
    case 0: co_return std::get<0>(std::move(first));
    case 1: co_return std::get<1>(std::move(first));
    default: co_return std::get<2>(std::move(first));
    }
}

asio::awaitable<std::string> RemoteEyes::read()
{
    std::vector<std::byte> room(64U << 10U);
    std::string pending;
    for (;;) {
        const auto size = co_await process_->stream().read_some(room);
        if (!size) co_return "it has ended";
        pending.append(reinterpret_cast<const char*>(room.data()), *size);
        auto flaw = take(pending);
        if (!flaw.empty()) co_return flaw;
    }
}

std::string RemoteEyes::take(std::string& pending)
{
    std::string_view rest = pending;
    for (;;) {
        auto step = decode_frame(rest);
        if (step.flaw) return "what it sends is no message: " + step.flaw.message();
        if (!step.frame) break;
        rest.remove_prefix(step.consumed);
        auto message = decode_from_worker(std::move(*step.frame));
        if (!message) return "what it sends is no message: " + message.error().message();
        hear(std::move(*message));
    }
    pending.erase(0, pending.size() - rest.size());
    return {};
}

asio::awaitable<std::string> RemoteEyes::write()
{
    for (;;) {
        while (queue_.empty())
            co_await outgoing_.wait();
        const auto bytes = std::move(queue_.front());
        queue_.pop_front();
        queued_ -= bytes.size();
        const auto written = co_await process_->stream().write(std::as_bytes(std::span(bytes)));
        if (!written) co_return "it has ended";
    }
}

asio::awaitable<std::string> RemoteEyes::look_after()
{
    const auto begun = ports_.clock.now();
    heard_ = begun;
    std::uint64_t pings = 0;
    for (;;) {
        co_await ports_.clock.sleep_for(options_.ping_every);
        auto wrong = wrong_with(begun);
        if (!wrong.empty()) co_return wrong;
        if (!needed() && ports_.clock.now() - needed_ >= options_.idle_limit) co_return std::string();
        if (needed()) needed_ = ports_.clock.now();
        if (up_since_) (void)send(Ping{++pings});
    }
}

std::string RemoteEyes::wrong_with(base::MonoTime begun)
{
    const auto now = ports_.clock.now();
    status_.resident_bytes = process_->resident_bytes();
    resident_.set(static_cast<double>(status_.resident_bytes));
    if (!up_since_ && now - begun > options_.start_limit) return "it did not become ready in time";
    if (up_since_ && now - heard_ > options_.pong_limit) return "it hangs: no answer to a ping";
    if (status_.resident_bytes > options_.resident_max)
        return "it uses " + mebibytes(status_.resident_bytes) + " of at most " +
               mebibytes(options_.resident_max);
    if (up_since_ && now - *up_since_ >= options_.well_after) note_well();
    return {};
}

// A worker that was sent home ends when it sees our end closed; it is not waited for.
asio::awaitable<std::string> RemoteEyes::put_to_rest(std::string why)
{
    process_->stream().close();
    process_->kill();
    auto how = process_->ended();
    for (const auto until = ports_.clock.now() + death_limit; !how && ports_.clock.now() < until;) {
        co_await ports_.clock.sleep_for(20ms);
        how = process_->ended();
    }
    process_.reset();
    status_.resident_bytes = 0;
    resident_.set(0);
    changed_.notify();
    // What it died of says more than that its end of the line was closed.
    if (why == "it has ended" && how) co_return *how;
    co_return why;
}

// ---- what it says ----

void RemoteEyes::hear(FromWorker message)
{
    std::visit(
        [this](auto& said) {
            using T = std::decay_t<decltype(said)>;
            if constexpr (std::is_same_v<T, Pong>)
                heard_ = ports_.clock.now();
            else if constexpr (std::is_constructible_v<News, T>) {
                const auto camera = said.camera;
                pass_on(camera, std::move(said));
            } else
                hear(said);
        },
        message);
}

void RemoteEyes::hear(Ready& ready)
{
    status_.state = EyesStatus::State::up;
    status_.why.clear();
    status_.version = std::move(ready.version);
    status_.models = std::move(ready.models);
    heard_ = ports_.clock.now();
    up_since_ = heard_;
    up_.set(1);
    log::info("vision worker ready", kv("version", status_.version));
    for (const auto& model : status_.models)
        if (!model.ready)
            log::warn("vision worker has no model", kv("model", model.name), kv("why", model.why));
    for (auto& [name, camera] : cameras_) {
        camera.counted = {};
        begin_watch(camera);
    }
    tell_all({true, ""});
    if (const auto missing = plates_missing(); !missing.empty()) tell(false, missing);
    changed_.notify();
}

std::string RemoteEyes::plates_missing() const
{
    const bool wanted = std::any_of(cameras_.begin(), cameras_.end(),
                                    [](const auto& one) { return one.second.wanted.wants.plates; });
    return wanted ? why_no_plates(status_) : std::string();
}

void RemoteEyes::hear(Answer& answer)
{
    const auto found = answers_.find(answer.id);
    if (found == answers_.end()) return; // nobody waits for it any more
    found->second = std::move(answer);
    changed_.notify();
}

void RemoteEyes::hear(References& learnt)
{
    const auto found = cameras_.find(learnt.camera);
    if (ports_.shelf == nullptr || found == cameras_.end()) return;
    found->second.learnt = std::move(learnt.blob);
    if (!std::exchange(found->second.keeping, true)) tasks_.spawn("references", keep_learnt(learnt.camera));
}

// One at a time for each camera, whatever a worker sends.
asio::awaitable<void> RemoteEyes::keep_learnt(std::string camera)
{
    for (;;) {
        const auto found = cameras_.find(camera);
        if (found == cameras_.end()) co_return;
        if (!found->second.learnt) {
            found->second.keeping = false;
            co_return;
        }
        auto learnt = std::move(*found->second.learnt);
        found->second.learnt.reset();
        co_await ports_.shelf->keep(camera, std::move(learnt));
    }
}

void RemoteEyes::hear(const Figures& figures)
{
    for (const auto& now : figures.cameras) {
        const auto found = cameras_.find(now.camera);
        if (found == cameras_.end()) continue;
        auto& before = found->second.counted;
        const auto add = [&](std::string_view name, std::string_view help,
                             std::uint64_t CameraFigures::*what) {
            if (now.*what > before.*what) counter(name, help, now.camera).add(now.*what - before.*what);
        };
        add("gatehouse_vision_packets_total", "Packets of a camera's stream", &CameraFigures::packets);
        add("gatehouse_vision_frames_decoded_total", "Frames looked at", &CameraFigures::decoded);
        add("gatehouse_vision_frames_dropped_total", "Frames that a full queue gave up",
            &CameraFigures::dropped);
        add("gatehouse_vision_decode_errors_total", "Pictures that could not be decoded",
            &CameraFigures::errors);
        add("gatehouse_vision_reconnects_total", "Streams that were opened again",
            &CameraFigures::reconnects);
        add("gatehouse_vision_plates_total", "Passages whose plate was read", &CameraFigures::plates);
        before = now;
        pass_on(now.camera, now);
    }
}

void RemoteEyes::pass_on(const std::string& camera, News news)
{
    const auto found = cameras_.find(camera);
    if (found == cameras_.end()) return; // forgotten meanwhile
    const auto observer = found->second.observer;
    observer(std::move(news));
}

void RemoteEyes::tell_all(const WorkerState& state)
{
    std::vector<Observer> observers;
    for (const auto& [name, camera] : cameras_)
        observers.push_back(camera.observer);
    for (const auto& observer : observers)
        observer(state);
}

// ---- how it does ----

void RemoteEyes::note_well()
{
    backoff_.reset();
    ends_.clear();
    logged_.clear();
    if (const auto missing = plates_missing(); missing.empty())
        tell(true, "it works");
    else
        tell(false, missing);
}

void RemoteEyes::note_end(const std::string& why)
{
    const auto now = ports_.clock.now();
    restarts_.add();
    ends_.push_back(now);
    while (now - ends_.front() > options_.restarts_window)
        ends_.pop_front();
    status_.state = EyesStatus::State::away;
    status_.why = why;
    const auto level = std::exchange(logged_, why) == why ? log::Level::debug : log::Level::warn;
    log::write(level, "vision worker ended", {kv("why", why), kv("times", ends_.size())});
    tell_all({false, why});
    changed_.notify();
    if (static_cast<int>(ends_.size()) > options_.restarts_max) tell(false, why);
}

void RemoteEyes::tell(bool ok, const std::string& why)
{
    if (told_ == ok) return;
    told_ = ok;
    if (ports_.tell) ports_.tell(ok, why);
}

} // namespace gatehouse::vision
