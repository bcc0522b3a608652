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
// A new worker takes what stands in a zone for the scene and never says it again: the alert stays until
// somebody had the time to go there.
constexpr auto zone_doubt = 1h;
// A car at the barrier while one worker follows the other; longer than it takes to drive through.
constexpr auto same_car = 60s;
constexpr std::size_t told_plates_max = 16;
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
      told_again_(context.metrics.counter("gatehouse_vision_plates_again_total",
                                          "Plates of a car that the worker before had told already",
                                          {{"device", device_}})),
      changed_(context.executor)
{
}

void CameraWatch::begin(Watch wanted)
{
    recall_active();
    zones_ = wanted.zones;
    if (context_.eyes == nullptr) return tell_link(LinkState::down, "there is no vision worker here");
    watching_ = context_.eyes->watch(std::move(wanted), [this](News news) { hear(std::move(news)); });
}

void CameraWatch::end()
{
    watching_.reset();
    told_.reset();
    missing_since_.reset();
    doubt_since_.reset();
}

asio::awaitable<CameraWatch::Seen> CameraWatch::next()
{
    for (;;) {
        const auto now = context_.clock.now();
        if (missing_since_ && now - *missing_since_ >= worker_patience) {
            missing_since_.reset();
            tell_nobody_looks();
        }
        if (doubt_since_) end_doubtful(*doubt_since_);
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
    for (const auto& [name, active] : active_)
        if (doubt_since_ && !active.sure) when = std::min(when, *doubt_since_ + active.doubt());
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
    if (worker.up)
        ++worker_;
    else
        note_missing(worker.why);
    for (auto& [name, active] : active_)
        active.sure = false;
}

// A camera that was dead before is dead for all we know; told anew by the next worker, it would look lost
// twice.
void CameraWatch::note_missing(const std::string& why)
{
    missing_why_ = why;
    doubt_since_.reset();
    if (told_ == LinkState::unknown) return tell_nobody_looks();
    const bool well = !told_ || told_ == LinkState::up;
    if (well && !missing_since_) missing_since_ = context_.clock.now();
}

void CameraWatch::hear(const CameraFigures& figures)
{
    // Fewer than before: of a new worker.
    if (figures.packets != figures_.packets) last_heard_ = context_.clock.wall();
    figures_ = figures;
}

void CameraWatch::hear(const Stream& stream)
{
    stream_ = stream;
    if (stream.state == LinkState::up) last_heard_ = context_.clock.wall();
    missing_since_.reset();
    tell_link(stream.state, stream.why);
    const bool doubtful =
        std::any_of(active_.begin(), active_.end(), [](const auto& one) { return !one.second.sure; });
    if (stream.state != LinkState::up)
        doubt_since_.reset();
    else if (doubtful && !doubt_since_)
        doubt_since_ = context_.clock.now();
}

// The gate need not wait for the journal. It must not open a second time behind a car that the next worker
// reads again.
void CameraWatch::hear(PlateRead& read)
{
    if (told_before(read.plate.text)) return told_again_.add();
    if (told_plates_.size() >= told_plates_max) told_plates_.pop_front();
    told_plates_.push_back({read.plate.text, context_.clock.now(), worker_});
    auto key = fmt::format("plate/{}-{}", read.seen_at.time_since_epoch().count(), ++passages_);
    auto event = event_of(std::move(read), std::move(key));
    event.received_at = context_.clock.wall();
    if (context_.early) context_.early(event);
    queue(std::move(event));
}

bool CameraWatch::told_before(const std::string& plate) const
{
    const auto now = context_.clock.now();
    return std::any_of(told_plates_.begin(), told_plates_.end(), [&](const ToldPlate& told) {
        return told.text == plate && told.worker != worker_ && now - told.at < same_car;
    });
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
    if (finding.active != known) tell(std::move(finding));
}

void CameraWatch::tell(Finding finding)
{
    const auto zone = std::ranges::find(zones_, finding.zone, &Zone::number);
    queue(event_of(std::move(finding), zone == zones_.end() ? "" : zone->name));
}

void CameraWatch::hear(Presence& presence)
{
    queue(event_of(std::move(presence)));
}

void CameraWatch::queue(Seen seen)
{
    const auto is_link = [](const Seen& one) { return std::holds_alternative<model::DeviceLink>(one); };
    if (is_link(seen)) std::erase_if(waiting_, is_link); // only how it is now counts
    if (waiting_.size() >= waiting_max) make_room();
    waiting_.push_back(std::move(seen));
    changed_.notify();
}

// The oldest goes, but no state of the camera while there is anything else: it would be told never.
void CameraWatch::make_room()
{
    const auto is_state = [](const Seen& one) {
        const auto* event = std::get_if<model::Event>(&one);
        if (event == nullptr) return false;
        const auto* zone = std::get_if<model::Detection>(&event->body);
        return std::holds_alternative<model::DeviceHealth>(event->body) ||
               (zone != nullptr && zone->what == "occupied");
    };
    const auto least = std::find_if_not(waiting_.begin(), waiting_.end(), is_state);
    waiting_.erase(least == waiting_.end() ? waiting_.begin() : least);
    dropped_.add();
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
void CameraWatch::end_doubtful(base::MonoTime since)
{
    const auto now = context_.clock.now();
    for (auto at = active_.begin(); at != active_.end();) {
        if (at->second.sure || now < since + at->second.doubt()) {
            ++at;
            continue;
        }
        Finding over;
        over.seen_at = context_.clock.wall();
        over.what = at->second.what;
        over.zone = at->second.zone;
        over.active = false;
        over.detail = "not seen any more since the worker was started again";
        tell(std::move(over));
        at = active_.erase(at);
    }
    if (std::all_of(active_.begin(), active_.end(), [](const auto& one) { return one.second.sure; }))
        doubt_since_.reset();
}

base::MonoTime::duration CameraWatch::Active::doubt() const
{
    return zone == 0 ? vision::doubt : zone_doubt;
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
