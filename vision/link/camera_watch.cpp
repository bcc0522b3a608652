#include "vision/link/camera_watch.hpp"

#include "gateway/model/enum_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "vision/link/camera_events.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::vision {

using namespace std::chrono_literals;
using model::LinkState;

namespace {

constexpr std::size_t waiting_max = 64;
// A worker that was killed is back within that: no reason to call anybody.
constexpr auto worker_patience = 15s;
// Longer than every hold time of vision/health.
constexpr auto doubt = 5min;
constexpr auto picture_limit = 12s;
constexpr int picture_width_max = 1920; // stays below the 2 MiB of a picture that comes with an event
constexpr auto active_key = "vision/active";

std::string active_name(const Finding& finding)
{
    return finding.zone == 0 ? finding.what : finding.what + ' ' + std::to_string(finding.zone);
}

} // namespace

CameraWatch::CameraWatch(std::string device, const device::DriverContext& context)
    : device_(std::move(device)), context_(context),
      dropped_(context.metrics.counter("gatehouse_vision_events_dropped_total",
                                       "What a camera saw while the journal took nothing",
                                       {{"device", device_}})),
      changed_(context.executor)
{
}

void CameraWatch::begin(Watch wanted)
{
    recall_active();
    if (context_.eyes == nullptr) return tell_link(LinkState::down, "there is no vision worker here");
    watching_ = context_.eyes->watch(std::move(wanted), [this](News news) { hear(std::move(news)); });
}

void CameraWatch::end()
{
    watching_.reset();
    told_.reset();
    missing_since_.reset();
    doubt_until_.reset();
}

asio::awaitable<CameraWatch::Seen> CameraWatch::next()
{
    for (;;) {
        const auto now = context_.clock.now();
        if (missing_since_ && now - *missing_since_ >= worker_patience) {
            missing_since_.reset();
            tell_nobody_looks();
        }
        if (doubt_until_ && now >= *doubt_until_) end_doubtful();
        if (!waiting_.empty()) {
            auto seen = std::move(waiting_.front());
            waiting_.pop_front();
            co_return seen;
        }
        // Only now: what is kept as told before its event was on disk would be told never after a power cut.
        if (co_await keep_active()) continue;
        co_await context_.clock.wait(changed_, due());
    }
}

base::MonoTime CameraWatch::due() const
{
    auto when = base::MonoTime::max();
    if (missing_since_) when = std::min(when, *missing_since_ + worker_patience);
    if (doubt_until_) when = std::min(when, *doubt_until_);
    return when;
}

// ---- what the worker says ----

void CameraWatch::hear(News news)
{
    std::visit([this](auto& said) { hear(said); }, news);
    changed_.notify();
}

void CameraWatch::hear(const WorkerState& worker)
{
    if (!worker.up) note_missing(worker.why);
    for (auto& [name, active] : active_)
        active.sure = false;
}

// A camera that was dead before is dead for all we know; told anew by the next worker, it would look lost
// twice.
void CameraWatch::note_missing(const std::string& why)
{
    missing_why_ = why;
    doubt_until_.reset();
    if (told_ == LinkState::unknown) return tell_nobody_looks();
    const bool well = !told_ || told_ == LinkState::up;
    if (well && !missing_since_) missing_since_ = context_.clock.now();
}

void CameraWatch::hear(const Stream& stream)
{
    stream_ = stream;
    missing_since_.reset();
    tell_link(stream.state, stream.why);
    const bool doubtful =
        std::any_of(active_.begin(), active_.end(), [](const auto& one) { return !one.second.sure; });
    if (stream.state != LinkState::up)
        doubt_until_.reset();
    else if (doubtful && !doubt_until_)
        doubt_until_ = context_.clock.now() + doubt;
}

// The gate need not wait for the journal.
void CameraWatch::hear(PlateRead& read)
{
    auto key = fmt::format("plate/{}-{}", read.seen_at.time_since_epoch().count(), ++passages_);
    auto event = event_of(std::move(read), std::move(key));
    event.received_at = context_.clock.wall();
    if (context_.early) context_.early(event);
    queue(std::move(event));
}

void CameraWatch::hear(Finding& finding)
{
    const auto name = active_name(finding);
    const bool known = active_.contains(name);
    if (finding.active)
        active_[name] = {finding.what, finding.zone, true};
    else
        active_.erase(name);
    // Said again by a new worker: it was told already.
    if (finding.active != known) queue(event_of(std::move(finding)));
}

void CameraWatch::hear(Presence& presence)
{
    queue(event_of(std::move(presence)));
}

void CameraWatch::queue(Seen seen)
{
    if (waiting_.size() >= waiting_max) {
        waiting_.pop_front();
        dropped_.add();
    }
    waiting_.push_back(std::move(seen));
    changed_.notify();
}

void CameraWatch::tell_link(LinkState state, std::string why)
{
    told_ = state;
    queue(model::DeviceLink{state, std::move(why)});
}

// Not its fault, and not known to be well: neither silent nor down.
void CameraWatch::tell_nobody_looks()
{
    tell_link(LinkState::unknown, missing_why_.empty() ? "nobody looks at its pictures yet"
                                                       : "nobody looks at its pictures: " + missing_why_);
}

// ---- what was active before ----

// The worker that saw it begin is gone, and the one that runs has not seen it since.
void CameraWatch::end_doubtful()
{
    doubt_until_.reset();
    for (auto at = active_.begin(); at != active_.end();) {
        if (at->second.sure) {
            ++at;
            continue;
        }
        Finding over;
        over.seen_at = context_.clock.wall();
        over.what = at->second.what;
        over.zone = at->second.zone;
        over.active = false;
        over.detail = "not seen any more since the worker was started again";
        queue(event_of(std::move(over)));
        at = active_.erase(at);
    }
}

// As keep_active() writes it: one name a line.
void CameraWatch::recall_active()
{
    kept_active_ = context_.memory.find(active_key).value_or("");
    std::string_view rest = kept_active_;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto blank = line.find(' ');
        Active active;
        active.what = line.substr(0, blank);
        if (blank != std::string_view::npos) active.zone = std::atoi(std::string(line.substr(blank)).c_str());
        active_.emplace(line, active);
    }
}

asio::awaitable<bool> CameraWatch::keep_active()
{
    std::string names;
    for (const auto& [name, active] : active_)
        names += name + '\n';
    if (names == kept_active_) co_return false;
    kept_active_ = names;
    (void)co_await context_.memory.put(active_key, std::move(names)); // lost: an alert is closed by hand
    co_return true;
}

// ---- what is asked of it ----

asio::awaitable<base::Result<std::string>> CameraWatch::picture()
{
    if (context_.eyes == nullptr || !watching_) co_return base::Errc::unavailable;
    std::string order;
    model::JsonWriter(order)
        .begin_object()
        .member("camera", device_)
        .member("width_max", picture_width_max)
        .end_object();
    auto answer =
        co_await context_.eyes->ask(Question::snapshot, std::move(order), std::string(), picture_limit);
    if (!answer) co_return answer.error();
    co_return std::move(answer->picture);
}

void CameraWatch::write_facts(std::map<std::string, std::string>& facts) const
{
    if (stream_.state == LinkState::up) {
        facts["video"] = fmt::format("{} {}x{} {:.3g}/s ({})", stream_.codec, stream_.width, stream_.height,
                                     stream_.frame_rate, stream_.source);
    } else {
        facts["video"] = stream_.why.empty() ? "none yet" : stream_.why;
    }
    facts["frames"] = fmt::format("{} looked at, {} given up, {} damaged", figures_.decoded, figures_.dropped,
                                  figures_.errors);
    std::string names;
    for (const auto& [name, active] : active_)
        names += (names.empty() ? "" : ", ") + name;
    facts["picture"] = names.empty() ? "nothing wrong" : names;
}

} // namespace gatehouse::vision
