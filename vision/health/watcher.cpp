#include "vision/health/watcher.hpp"

#include "vision/health/background.hpp"
#include "vision/health/frozen_watch.hpp"
#include "vision/health/hold.hpp"
#include "vision/health/judge.hpp"
#include "vision/health/sentence.hpp"
#include "vision/health/stream_watch.hpp"
#include "vision/health/zone_watch.hpp"
#include "vision/jpeg/encode.hpp"

#include <opencv2/core.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace gatehouse::vision::health {

namespace {

using Span = Hold::Span;

constexpr Span pictures_apart{0.45};
// A longer gap brings no more evidence than this: nobody looked in between.
constexpr Span gap_max{15};
constexpr std::chrono::seconds black_hold_by_night{60};
constexpr std::chrono::hours references_apart{1};
constexpr int picture_quality = 80;
// Mean distance from grey of what has structure: infrared pictures have none.
constexpr double infrared_below = 1.5;
constexpr double colour_above = 2.5;
constexpr int mode_samples = 3;

constexpr std::array of_pictures{State::black,        State::over_exposed, State::occluded, State::moved,
                                 State::low_contrast, State::blurred,      State::noise,    State::stripes,
                                 State::colour_cast,  State::frozen};
constexpr std::array by_references{State::occluded, State::moved, State::blurred, State::stripes,
                                   State::colour_cast};

std::size_t at(State state)
{
    return static_cast<std::size_t>(state);
}

PerState<double> limits_of(const HealthOptions& options)
{
    PerState<double> limits;
    for (std::size_t i = 0; i < state_count; ++i) {
        const auto own = options.states.find(std::string(to_string(static_cast<State>(i))));
        const int sensitivity = own == options.states.end() ? options.sensitivity : own->second;
        limits[i] = sensitivity == 0 ? std::numeric_limits<double>::infinity()
                                     : score_limit(std::clamp(sensitivity, 1, 10));
    }
    return limits;
}

int local_hour(base::WallTime wall, std::chrono::minutes utc_offset)
{
    const auto local = wall + utc_offset;
    return static_cast<int>(
        std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
}

bool by_night(int hour)
{
    return hour < 7 || hour >= 18;
}

} // namespace

struct Watcher::Inside {
    Options options;
    PerState<double> limits;
    PerState<Hold> holds{};
    StreamWatch stream;
    FrozenWatch freeze;
    Memory memory;
    Mode mode = Mode::colour;
    int other_mode = 0; // samples in a row that looked like the other one
    bool mode_known = false;
    std::optional<base::MonoTime> last_sample;
    std::optional<base::MonoTime> last_picture;
    std::optional<View> view; // the last one
    Judgement judgement;
    Background background;
    std::vector<ZoneWatch> zones;
    bool forgotten = false;
    int kept_news = 0;
    std::optional<base::MonoTime> kept_at;

    explicit Inside(Options with)
        : options(std::move(with)), limits(limits_of(options.health)), memory(options.learn_for)
    {
        for (const auto& zone : options.zones)
            zones.emplace_back(zone);
    }

    [[nodiscard]] bool active(State state) const { return holds[at(state)].active(); }
    [[nodiscard]] bool is_true(State state, const Scores& scores) const
    {
        return active(state) || scores[state] >= limits[at(state)];
    }
    [[nodiscard]] bool hidden(State state, const Scores& scores) const;
    [[nodiscard]] Span needed(State state, int hour) const;
    [[nodiscard]] bool calm(double margin) const;

    Finding told(State state, bool begins) const;
    void update(State state, const Scores& scores, Span since, Span needs, std::vector<Finding>& findings);
    void watch_stream(const Sample& sample, Span since, std::vector<Finding>& findings);
    void look(const Sample& sample, Span since, std::vector<Finding>& findings);
    bool find_mode();
    void end_forgotten(std::vector<Finding>& findings);
    void watch_zones(Span since, std::vector<Finding>& findings);
    [[nodiscard]] std::string present() const;
    [[nodiscard]] std::string normal() const;
};

// Whether something else explains it already.
bool Watcher::Inside::hidden(State state, const Scores& scores) const
{
    for (std::size_t i = 0; i < state_count; ++i) {
        const auto other = static_cast<State>(i);
        if (hidden_by(state, other) && is_true(other, scores)) return true;
    }
    return false;
}

Span Watcher::Inside::needed(State state, int hour) const
{
    using enum State;
    if (state == frozen) return Span::zero(); // its score has the time in it
    if (state == black && (by_night(hour) || mode == Mode::infrared)) return black_hold_by_night;
    return hold(state);
}

// No state is true or about to be told, and none is nearer to its limit than `margin`. One that is switched
// off says nothing: else a wall that is always of low contrast would never be learnt.
bool Watcher::Inside::calm(double margin) const
{
    return std::none_of(of_pictures.begin(), of_pictures.end(), [&](State state) {
        if (!std::isfinite(limits[at(state)])) return false;
        return holds[at(state)].pending() || judgement.scores[state] >= limits[at(state)] - margin;
    });
}

std::string Watcher::Inside::present() const
{
    if (!view) return {};
    auto jpeg = jpeg::encode(view->colour, picture_quality);
    return jpeg ? std::move(*jpeg) : std::string();
}

std::string Watcher::Inside::normal() const
{
    if (judgement.reference) return judgement.reference->picture;
    return memory.learned(mode) ? memory.recent(mode).picture : std::string();
}

Finding Watcher::Inside::told(State state, bool begins) const
{
    Finding finding;
    finding.what = to_string(state);
    finding.active = begins;
    finding.detail = sentence(state, begins);
    finding.reference_picture = normal();
    if (state == State::lost) return finding;
    finding.present_picture = present();
    if (!view) return finding;
    finding.values = values(state, *view, judgement.likeness);
    if (state == State::occluded && begins) {
        const auto& gone = judgement.likeness.gone;
        finding.region = {
            {gone.x, gone.y}, {gone.br().x, gone.y}, {gone.br().x, gone.br().y}, {gone.x, gone.br().y}};
    }
    return finding;
}

void Watcher::Inside::update(State state, const Scores& scores, Span since, Span needs,
                             std::vector<Finding>& findings)
{
    auto& hold = holds[at(state)];
    if (!hold.update(scores[state], limits[at(state)], release_band, since, needs)) return;
    findings.push_back(told(state, hold.active()));
}

void Watcher::Inside::watch_stream(const Sample& sample, Span since, std::vector<Finding>& findings)
{
    using enum State;
    stream.observe(sample.time, sample.packets.last_packet, sample.packets.last_key_frame);
    Scores scores;
    scores[lost] = stream.lost(sample.time);
    if (!stream.silent(sample.time)) scores[no_key_frame] = stream.no_key_frame(sample.time);
    update(lost, scores, since, Span::zero(), findings);
    if (scores.judged(no_key_frame) && !hidden(no_key_frame, scores))
        update(no_key_frame, scores, since, Span::zero(), findings);
}

// True when it is another one from now on.
bool Watcher::Inside::find_mode()
{
    // A stain over everything is no sign that colours are seen again.
    if (view->cast > 20 && view->cast_ratio > 1.5) return false;
    if (view->chroma < 0) return false;
    const auto looks = view->chroma < infrared_below ? Mode::infrared
                       : view->chroma > colour_above ? Mode::colour
                                                     : mode;
    other_mode = looks == mode ? 0 : other_mode + 1;
    if (mode_known && other_mode < mode_samples) return false;
    // Stripes are grey structure where there was none.
    if (looks != mode && is_true(State::stripes, judgement.scores)) return false;
    mode_known = true;
    if (looks == mode) return false;
    mode = looks;
    other_mode = 0;
    background.forget();
    for (auto& zone : zones)
        zone.light_changed(*view);
    return true;
}

void Watcher::Inside::look(const Sample& sample, Span since, std::vector<Finding>& findings)
{
    view = look_at(sample.picture);
    const int hour = local_hour(sample.wall, options.utc_offset);
    judgement = judge(*view, memory, mode, hour);
    if (find_mode()) judgement = judge(*view, memory, mode, hour);
    auto& scores = judgement.scores;
    scores[State::frozen] =
        stream.silent(sample.time) ? Scores::unjudged : freeze.observe(sample.time, view->small);
    for (const auto state : of_pictures) {
        if (!scores.judged(state) || hidden(state, scores)) continue;
        update(state, scores, since, needed(state, hour), findings);
    }
    if (calm(0)) watch_zones(since, findings);
    if (calm(release_band)) memory.learn(*view, mode, sample.wall, hour, since);
}

void Watcher::Inside::watch_zones(Span since, std::vector<Finding>& findings)
{
    if (zones.empty()) return;
    const auto difference = background.compare(*view);
    cv::Mat1b standing(Background::grid, 0);
    for (auto& zone : zones) {
        const auto change = zone.observe(*view, difference, background, since, standing);
        if (!change) continue;
        Finding finding;
        finding.what = "occupied";
        finding.active = change->occupied;
        finding.zone = zone.zone().number;
        finding.detail = zone_sentence(zone.zone(), change->occupied);
        finding.region = change->where;
        if (change->occupied) finding.values["share"] = change->share;
        finding.present_picture = present();
        finding.reference_picture = normal();
        findings.push_back(std::move(finding));
    }
    background.learn(*view, since, standing);
}

// What was found by comparing with what is forgotten is over.
void Watcher::Inside::end_forgotten(std::vector<Finding>& findings)
{
    if (!std::exchange(forgotten, false)) return;
    judgement = {};
    for (const auto state : by_references) {
        const bool was = active(state);
        holds[at(state)].reset();
        if (was) findings.push_back(told(state, false));
    }
    background.forget();
    for (auto& zone : zones) {
        if (zone.occupied()) {
            Finding finding;
            finding.what = "occupied";
            finding.active = false;
            finding.zone = zone.zone().number;
            finding.detail = zone_sentence(zone.zone(), false);
            findings.push_back(std::move(finding));
        }
        zone = ZoneWatch(zone.zone());
    }
}

Watcher::Watcher(Options options) : inside_(std::make_unique<Inside>(std::move(options))) {}
Watcher::~Watcher() = default;
Watcher::Watcher(Watcher&&) noexcept = default;
Watcher& Watcher::operator=(Watcher&&) noexcept = default;

std::vector<Finding> Watcher::observe(const Sample& sample)
{
    std::vector<Finding> findings;
    auto& in = *inside_;
    const auto gap = [&](std::optional<base::MonoTime>& last) {
        const auto before = std::exchange(last, sample.time);
        return before ? std::clamp<Span>(sample.time - *before, Span::zero(), gap_max) : Span::zero();
    };
    in.end_forgotten(findings);
    in.watch_stream(sample, gap(in.last_sample), findings);
    if (sample.picture.empty() || sample.picture.type() != CV_8UC3) return findings;
    if (in.last_picture && sample.time - *in.last_picture < pictures_apart) return findings;
    try {
        in.look(sample, gap(in.last_picture), findings);
    } catch (const cv::Exception&) {
        // Out of memory for one picture: the next one is looked at again.
    }
    return findings;
}

Status Watcher::status() const
{
    const auto& in = *inside_;
    Status status;
    status.learning = !in.memory.learned(in.mode);
    if (in.view) {
        status.mean = in.view->mean;
        status.contrast = in.view->spread;
    }
    if (in.judgement.likeness.judged) status.sharpness = 100 * in.judgement.likeness.sharpness;
    for (std::size_t i = 0; i < state_count; ++i)
        if (in.holds[i].active()) status.active.emplace_back(to_string(static_cast<State>(i)));
    if (std::any_of(in.zones.begin(), in.zones.end(), [](const ZoneWatch& zone) { return zone.occupied(); }))
        status.active.emplace_back("occupied");
    return status;
}

std::optional<std::string> Watcher::take_references(base::MonoTime now)
{
    auto& in = *inside_;
    if (in.memory.news() == in.kept_news || (in.kept_at && now - *in.kept_at < references_apart))
        return std::nullopt;
    in.kept_news = in.memory.news();
    in.kept_at = now;
    return in.memory.write();
}

base::Result<void> Watcher::restore(std::string_view references)
{
    return inside_->memory.read(references);
}

void Watcher::forget()
{
    inside_->memory.forget();
    inside_->kept_at.reset();
    inside_->forgotten = true;
}

} // namespace gatehouse::vision::health
