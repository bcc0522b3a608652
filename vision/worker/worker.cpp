#include "vision/worker/worker.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/version.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

constexpr auto figures_every = 10s;
constexpr auto hurry_for = 1500ms;           // after a picture that is worth it
constexpr std::int64_t span_ms_max = 60'000; // of one trigger
constexpr std::size_t cameras_max = 64;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

} // namespace

Worker::Worker(base::Clock& clock, Abilities abilities, Outbox& outbox)
    : clock_(clock), outbox_(outbox), abilities_(std::move(abilities)),
      questions_(
          abilities_,
          {.find =
               [this](const std::string& camera) {
                   const auto found = cameras_.find(camera);
                   if (found == cameras_.end()) return AskedCamera{};
                   return AskedCamera{&found->second.thread->camera(), found->second.examination.get()};
               },
           .say = [this](const Answer& answer) { say(answer); },
           .later = [this](Analysis::Job job) { return analysis_.ask(std::move(job)); },
           .clock = clock}),
      analysis_(clock, {.look_once = [this] { return look_once(); }, .tick = [this] { tick(); }})
{
}

void Worker::run()
{
    outbox_.send(Ready{.version = std::string(base::version()), .models = abilities_.models});
    next_figures_ = clock_.now() + figures_every;
    analysis_.run();
}

void Worker::take(ToWorker message)
{
    auto order = [this](Analysis::Job job) { analysis_.order(std::move(job)); };
    std::visit(Overloaded{
                   [&](Watch& watch) { order([this, watch] { begin(watch); }); },
                   [&](Forget& which) { order([this, which] { forget(which.camera); }); },
                   [&](Relearn& which) { order([this, which] { relearn(which.camera); }); },
                   [&](Trigger& which) { order([this, which] { trigger(which); }); },
                   // The thread that looks answers: whoever hears no Pong knows that it hangs.
                   [&](Ping& ping) { order([this, ping] { outbox_.send(Pong{.id = ping.id}); }); },
                   [&](Ask& ask) { take_question(std::move(ask)); },
               },
               message);
}

void Worker::take_question(Ask ask)
{
    ++asked_;
    Answer busy;
    busy.id = ask.id;
    busy.refusal = "busy";
    busy.why = "too much is to be looked at";
    auto shared = std::make_shared<Ask>(std::move(ask));
    if (analysis_.ask([this, shared] { questions_.answer(std::move(*shared)); })) return;
    say(busy);
}

void Worker::say(const Answer& answer)
{
    if (!answer.refusal.empty()) ++refused_;
    outbox_.send(answer);
}

void Worker::begin(Watch watch)
{
    forget(watch.camera);
    if (cameras_.size() >= cameras_max)
        return refuse(watch.camera, fmt::format("one worker watches {} cameras at most", cameras_max));
    Watched now;
    now.examination = std::make_unique<Examination>(
        watch, abilities_, [this](const FromWorker& message) { outbox_.send(message); });
    const auto camera = watch.camera;
    try {
        now.thread = std::make_unique<CameraThread>(
            std::move(watch),
            CameraThread::Ports{.clock = clock_,
                                .decoding = decoding_,
                                .report = [this](const Stream& stream) { outbox_.send(stream); },
                                .seen = [this] { analysis_.poke(); },
                                .seed = ++seed_});
    } catch (const std::system_error& error) { // the limits leave no room for another thread
        return refuse(camera, error.what());
    }
    cameras_.emplace(camera, std::move(now));
}

// The camera is not watched, and says so itself.
void Worker::refuse(const std::string& camera, const std::string& why)
{
    base::log::error("a camera cannot be watched", base::kv("camera", camera), base::kv("why", why));
    Stream none;
    none.camera = camera;
    none.state = model::LinkState::down;
    none.reason = "no_source";
    none.why = why;
    outbox_.send(std::move(none));
}

void Worker::forget(const std::string& camera)
{
    auto found = cameras_.extract(camera);
    if (found.empty()) return;
    found.mapped().thread->ask_to_end();
    leaving_.push_back(std::move(found.mapped().thread));
}

void Worker::relearn(const std::string& camera)
{
    const auto found = cameras_.find(camera);
    if (found != cameras_.end()) found->second.examination->relearn();
}

void Worker::trigger(const Trigger& order)
{
    const auto found = cameras_.find(order.camera);
    if (found == cameras_.end()) return;
    const std::chrono::milliseconds span(std::clamp<std::int64_t>(order.span_ms, 0, span_ms_max));
    found->second.thread->camera().hurry(span);
}

// Of the cameras that have something to be looked at, the one after the one that was looked at last.
bool Worker::look_once()
{
    auto next = cameras_.upper_bound(looked_last_);
    for (std::size_t i = 0; i < cameras_.size(); ++i, ++next) {
        if (next == cameras_.end()) next = cameras_.begin();
        auto& camera = next->second.thread->camera();
        const auto look = camera.looks().pop();
        if (!look) continue;
        looked_last_ = next->first;
        if (next->second.examination->look(*look, camera.tally())) camera.hurry(hurry_for);
        return true;
    }
    return false;
}

void Worker::tick()
{
    const auto now = clock_.now();
    for (auto& [name, watched] : cameras_)
        watched.examination->tick(now, clock_.wall(), watched.thread->camera().tally());
    std::erase_if(leaving_, [](const auto& thread) { return thread->ended(); });
    if (now < next_figures_) return;
    next_figures_ = now + figures_every;
    outbox_.send(figures());
}

Figures Worker::figures() const
{
    Figures all{
        .cameras = {}, .resident_bytes = memory_.resident_bytes(), .asked = asked_, .refused = refused_};
    for (const auto& [name, watched] : cameras_) {
        all.cameras.push_back(watched.thread->camera().figures());
        all.cameras.back().plates = watched.examination->passages();
    }
    return all;
}

} // namespace gatehouse::vision
