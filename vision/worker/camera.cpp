#include "vision/worker/camera.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

constexpr auto first_wait = 500ms;
constexpr auto longest_wait = 30s;
// A camera locks the account after five wrong log-ins or so, the guards' own included.
constexpr std::array<std::chrono::nanoseconds, 3> refused_waits{1min, 15min, 30min};
constexpr auto key_within = 20s; // cameras send one every one to four seconds
// A first choice that was given up is tried again beside pictures of a lesser one, which wait for it.
constexpr auto key_again_within = 8s;
constexpr auto steady_after = 30s; // one picture and an end is no reason to try again at once, for ever
constexpr int bad_keys_max = 10;
// On a source that is not the first choice: a camera that starts again answers for pictures before it
// streams.
constexpr auto with_less_first = 15s;
constexpr auto with_less_longest = 5min;
constexpr auto measure_rate_for = 5s;
constexpr std::size_t waiting_max = 4;

// Plates are read from the large picture. For anything else the small one is enough and costs an eighth.
int rank(const Source& source, bool plates)
{
    if (source.kind == "snapshot") return 2;
    return (source.kind == "main") == plates ? 0 : 1;
}

Watch in_order(Watch watch)
{
    std::ranges::stable_sort(watch.sources, {}, [&](const Source& s) { return rank(s, watch.wants.plates); });
    return watch;
}

GazePlan plan_of(const Watch& watch)
{
    constexpr int health_width = 640;
    return {.motion = watch.wants.plates, .width_max = watch.wants.plates ? 0 : health_width};
}

bool same(const Stream& a, const Stream& b)
{
    return std::tie(a.state, a.reason, a.why, a.source, a.codec, a.width, a.height, a.frame_rate) ==
           std::tie(b.state, b.reason, b.why, b.source, b.codec, b.width, b.height, b.frame_rate);
}

} // namespace

Camera::Camera(Watch watch, CameraPorts ports)
    : watch_(in_order(std::move(watch))), ports_(std::move(ports)),
      gaze_(plan_of(watch_), ports_.clock, looks_), random_(ports_.seed), backoff_(first_wait, longest_wait),
      with_less_(with_less_first)
{
    stream_.camera = watch_.camera;
}

void Camera::run()
{
    while (!ports_.stop) {
        const auto end = try_sources();
        refuse_waiting();
        if (ports_.stop) return;
        ++reconnects_;
        if (end.code == base::Errc::expired) continue;
        tell_trouble(end);
        ports_.pause(wait_after(end));
    }
}

// The first source that shows a picture, for as long as it does. One that opens and shows none is passed over
// like one that does not open; what is told is the trouble of the first choice.
Camera::End Camera::try_sources()
{
    End first{base::Errc::not_found, {"no_source", "the camera has no address of a stream or a picture"}};
    for (const auto& source : watch_.sources) {
        if (ports_.stop) return first;
        const auto feed = ports_.make_feed(source);
        const auto decoded_before = gaze_.tally().decoded;
        const auto shape = feed->open();
        const auto end = shape ? converse(*feed, source, *shape) : End{shape.error(), feed->trouble()};
        // The others would be refused as well, and each try counts for the camera's lock.
        if (gaze_.tally().decoded > decoded_before || end.code == base::Errc::unauthorised) return end;
        if (is_first_choice(source)) first = end;
    }
    return first;
}

Camera::End Camera::converse(Feed& feed, const Source& source, Shape shape)
{
    gaze_.begin();
    const auto began = ports_.clock.now();
    const auto before = gaze_.tally();
    for (;;) {
        const auto unit = feed.read();
        if (ports_.stop) return {base::Errc::cancelled, {}};
        if (!unit) return {unit.error(), feed.trouble()};
        gaze_.take(feed, *unit);
        if (!looks_.empty()) ports_.seen();
        const auto now = gaze_.tally();
        if (shape.frame_rate <= 0 && unit->at - began >= measure_rate_for)
            shape.frame_rate = static_cast<double>(now.packets - before.packets) /
                               std::chrono::duration<double>(unit->at - began).count();
        if (now.decoded > before.decoded) {
            shape.width = now.width;
            shape.height = now.height;
            tell_up(source, shape);
            if (unit->at - began >= steady_after) backoff_.reset();
        }
        if (auto end = weary(source, began)) return *end;
        serve(feed, source);
    }
}

// Why a connection that still gives something is given up.
std::optional<Camera::End> Camera::weary(const Source& source, base::MonoTime began)
{
    const auto now = ports_.clock.now();
    const auto tally = gaze_.tally();
    const bool again = is_first_choice(source) && with_less_ > with_less_first;
    if (now - std::max(began, tally.last_key.value_or(began)) >= (again ? key_again_within : key_within))
        return End{base::Errc::damaged,
                   {"no_key_frame", "the stream has no picture that can be decoded by itself"}};
    if (tally.bad_keys >= bad_keys_max)
        return End{base::Errc::damaged, {"decode", "the pictures of the stream cannot be decoded"}};
    if (is_first_choice(source) || now - began < with_less_) return std::nullopt;
    with_less_ = std::min<std::chrono::nanoseconds>(2 * with_less_, with_less_longest);
    return End{base::Errc::expired, {}};
}

std::chrono::nanoseconds Camera::wait_after(const End& end)
{
    if (end.code != base::Errc::unauthorised) {
        refused_ = 0;
        return backoff_.next(random_);
    }
    return refused_waits[std::min(refused_++, refused_waits.size() - 1)];
}

void Camera::tell_up(const Source& source, const Shape& shape)
{
    if (is_first_choice(source)) with_less_ = with_less_first;
    tell({.camera = watch_.camera,
          .state = model::LinkState::up,
          .reason = {},
          .why = {},
          .source = source.kind,
          .codec = shape.codec,
          .width = shape.width,
          .height = shape.height,
          .frame_rate = shape.frame_rate});
}

// A stream that comes and shows nothing: silent. None that comes: down, also when it only stopped, for a
// camera that is gone begins like that and its one loss must not look like two.
void Camera::tell_trouble(const End& end)
{
    const bool silent = end.trouble.reason == "no_key_frame" || end.trouble.reason == "decode";
    Stream now;
    now.camera = watch_.camera;
    now.state = silent ? model::LinkState::silent : model::LinkState::down;
    now.reason = end.trouble.reason;
    now.why = end.trouble.why;
    tell(std::move(now));
}

void Camera::tell(Stream now)
{
    {
        const std::scoped_lock lock(mutex_);
        if (same(stream_, now)) return;
        stream_ = now;
    }
    ports_.report(std::move(now));
}

Stream Camera::stream() const
{
    const std::scoped_lock lock(mutex_);
    return stream_;
}

void Camera::ask_picture(OnPicture done)
{
    base::error_code refusal;
    {
        const std::scoped_lock lock(mutex_);
        if (stream_.state != model::LinkState::up)
            refusal = base::Errc::not_found;
        else if (waiting_.size() >= waiting_max)
            refusal = base::Errc::busy;
        else
            waiting_.push_back(std::move(done));
    }
    if (refusal) done(refusal);
}

void Camera::serve(Feed& feed, const Source& source)
{
    std::vector<OnPicture> waiting;
    {
        const std::scoped_lock lock(mutex_);
        waiting.swap(waiting_);
    }
    if (waiting.empty()) return;
    const auto picture = picture_of(feed, source);
    for (const auto& done : waiting)
        done(picture);
}

// A health camera runs on its small stream; a picture for a person comes from the large one if that can be
// had.
base::Result<PicturePtr> Camera::picture_of(Feed& feed, const Source& source)
{
    const auto main = std::ranges::find(watch_.sources, "main", &Source::kind);
    if (source.kind != "sub" || main == watch_.sources.end()) return gaze_.picture(feed);
    const auto large = ports_.make_feed(*main);
    if (!large->open()) return gaze_.picture(feed);
    const auto until = ports_.clock.now() + key_within / 4;
    while (!ports_.stop && ports_.clock.now() < until) {
        const auto unit = large->read();
        if (!unit) break;
        if (!unit->key) continue;
        if (auto picture = large->look(*unit)) return picture;
    }
    return gaze_.picture(feed);
}

void Camera::refuse_waiting()
{
    std::vector<OnPicture> waiting;
    {
        const std::scoped_lock lock(mutex_);
        waiting.swap(waiting_);
    }
    for (const auto& done : waiting)
        done(base::Errc::not_found);
}

CameraFigures Camera::figures() const
{
    const auto tally = gaze_.tally();
    return {.camera = watch_.camera,
            .packets = tally.packets,
            .decoded = tally.decoded,
            .dropped = looks_.dropped(),
            .errors = tally.errors,
            .reconnects = reconnects_,
            .plates = 0};
}

} // namespace gatehouse::vision
