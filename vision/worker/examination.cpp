#include "vision/worker/examination.hpp"

#include "gateway/base/log.hpp"
#include "vision/worker/scene_picture.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

constexpr int sample_width = 640; // what the limits of vision/health were measured with
constexpr auto sample_every = 900ms;
constexpr auto faces_every = 2s; // a look takes 14 ms with YuNet and 70 ms with the cascades

health::Options health_options(const Watch& watch)
{
    health::Options options;
    options.health = watch.health;
    options.zones = watch.zones;
    options.utc_offset = std::chrono::minutes(watch.utc_offset_minutes);
    return options;
}

plates::VoteOptions vote_options(const Watch& watch)
{
    plates::VoteOptions options;
    options.confidence_min = watch.plates.confidence_min;
    options.arrived_after = 5s;
    return options;
}

// Where those are that can be plates in earnest: the detector also tells what it hardly believes in.
std::vector<cv::Rect2f> likely(const std::vector<plates::SeenPlate>& seen)
{
    constexpr double score_min = 0.4;
    std::vector<cv::Rect2f> boxes;
    for (const auto& plate : seen)
        if (plate.located.score >= score_min || !plate.reading.plate.text.empty())
            boxes.push_back(plates::box_of(plate.located.corners));
    return boxes;
}

} // namespace

Examination::Examination(const Watch& watch, Abilities& abilities, Say say)
    : camera_(watch.camera), wants_(watch.wants), plate_options_(watch.plates), abilities_(abilities),
      say_(std::move(say)), watcher_(health_options(watch)), vote_(vote_options(watch))
{
    if (watch.references.empty() || watcher_.restore(watch.references)) return;
    base::log::warn("what was learnt of a camera cannot be read: it is learnt anew",
                    base::kv("camera", camera_));
}

bool Examination::look(const Look& look, const Tally& tally)
{
    // Apart from the ticks: one that came just before the picture must not take its place.
    if (!pictured_at_ || look.at - *pictured_at_ >= sample_every)
        if (const auto picture = look.picture->bgr(sample_width)) {
            pictured_at_ = look.at;
            sample(look.at, look.wall, *picture, tally);
            find_faces(look.at, look.wall, *picture);
        }
    return wants_.plates && abilities_.plates && read_plates(look);
}

void Examination::tick(base::MonoTime now, base::WallTime wall, const Tally& tally)
{
    if (!sampled_at_ || now - *sampled_at_ >= sample_every) sample(now, wall, {}, tally);
}

void Examination::sample(base::MonoTime now, base::WallTime wall, cv::Mat picture, const Tally& tally)
{
    sampled_at_ = now;
    health::Sample sample;
    sample.time = now;
    sample.wall = wall;
    sample.picture = std::move(picture);
    sample.packets = {.last_packet = tally.last_packet, .last_key_frame = tally.last_key};
    for (auto& finding : watcher_.observe(sample)) {
        if (!wants_.health && finding.what != "occupied") continue;
        finding.camera = camera_;
        finding.seen_at = wall;
        say_(std::move(finding));
    }
    if (auto references = watcher_.take_references(now))
        say_(References{.camera = camera_, .blob = std::move(*references)});
}

bool Examination::read_plates(const Look& look)
{
    const auto picture = look.picture->bgr(0);
    if (!picture) return false;
    const auto seen = abilities_.plates->look(*picture, plate_options_);
    if (!seen) return false;
    const bool fresh = sightings_.observe(look.at, likely(*seen)) && budget_.take(look.at);
    const auto reads = vote_.observe(look.at, *picture, *seen);
    for (const auto& read : reads)
        tell(read, look);
    if (reads.empty()) return fresh;
    sightings_.done();
    return false;
}

void Examination::tell(const plates::PassageRead& read, const Look& look)
{
    ++passages_;
    const auto ago = std::chrono::floor<std::chrono::milliseconds>(look.at - read.best_seen);
    say_(PlateRead{.camera = camera_,
                   .seen_at = look.wall - ago,
                   .plate = read.plate,
                   .frames = read.frames,
                   .width = static_cast<int>(plates::width_of(read.located.corners)),
                   .scene_picture = scene_picture(read.frame),
                   .plate_picture = detail_picture(plates::plate_picture(read.frame, read.located.corners))});
}

void Examination::find_faces(base::MonoTime now, base::WallTime wall, const cv::Mat& picture)
{
    if (!wants_.faces || !abilities_.faces || (faces_at_ && now - *faces_at_ < faces_every)) return;
    faces_at_ = now;
    const auto found = abilities_.faces->find(picture, faces::score_for_records);
    if (!found) return;
    const auto count = static_cast<int>(std::ranges::count_if(*found, faces::is_somebody));
    const auto change = presence_.observe(now, count);
    if (!change) return;
    say_(Presence{.camera = camera_,
                  .seen_at = wall,
                  .faces = count,
                  .active = *change,
                  .picture = *change ? scene_picture(picture) : std::string()});
}

} // namespace gatehouse::vision
