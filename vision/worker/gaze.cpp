#include "vision/worker/gaze.hpp"

#include "vision/worker/av_picture.hpp"

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 900ms;   // a key picture a second; a little less, because cameras' clocks waver
constexpr auto follow_every = 100ms; // pictures handed on while hurried: the reader takes 40 ms for one
constexpr auto motion_hurries = 4s;

} // namespace

void Gaze::begin()
{
    gop_.clear();
    motion_ = PacketMotion();
    following_ = false;
    looked_at_.reset();
    const std::scoped_lock lock(mutex_);
    tally_.bad_keys = 0;
}

void Gaze::take(Feed& feed, const Unit& unit)
{
    {
        const std::scoped_lock lock(mutex_);
        ++tally_.packets;
        tally_.last_packet = unit.at;
    }
    gop_.push(unit);
    if (plan_.motion && motion_.observe(unit)) hurry(unit.at + motion_hurries);
    if (hurried(unit.at)) {
        const auto units = following_ ? std::vector<Unit>{unit} : gop_.whole();
        following_ = following_ || !units.empty();
        for (const auto& next : units)
            follow(feed, next);
        return;
    }
    if (following_) feed.rest();
    following_ = false;
    if (unit.key) look(feed, unit);
}

void Gaze::look(Feed& feed, const Unit& key)
{
    if (looked_at_ && key.at - *looked_at_ < look_every) {
        const std::scoped_lock lock(mutex_);
        tally_.last_key = key.at;
        return;
    }
    looked_at_ = key.at;
    const auto seen = feed.look(key);
    took(seen, key);
    if (seen) hand_on(*seen, key, false);
}

void Gaze::follow(Feed& feed, const Unit& unit)
{
    const auto seen = feed.follow(unit);
    took(seen, unit);
    if (!seen || !*seen || (looked_at_ && unit.at - *looked_at_ < follow_every)) return;
    looked_at_ = unit.at;
    hand_on(*seen, unit, true);
}

void Gaze::took(const base::Result<PicturePtr>& outcome, const Unit& unit)
{
    const std::scoped_lock lock(mutex_);
    if (!outcome) {
        ++tally_.errors;
        if (unit.key) ++tally_.bad_keys;
        return;
    }
    if (unit.key) { // its picture may come with a later unit: streams with B-frames are decoded out of order
        tally_.bad_keys = 0;
        tally_.last_key = unit.at;
    }
    if (!*outcome) return;
    ++tally_.decoded;
    tally_.width = (*outcome)->width();
    tally_.height = (*outcome)->height();
}

// Nobody who watches health needs more than 640 columns: the rest is let go before it waits in the queue.
void Gaze::hand_on(PicturePtr picture, const Unit& unit, bool hurried)
{
    if (plan_.width_max > 0) {
        auto small = picture->bgr(plan_.width_max);
        if (!small) return;
        picture = std::make_shared<const MatPicture>(std::move(*small));
    }
    // What waited in the Gop was seen when it came.
    const auto wall = clock_.wall() - std::chrono::floor<std::chrono::milliseconds>(clock_.now() - unit.at);
    queue_.push({std::move(picture), unit.at, wall, hurried});
}

base::Result<PicturePtr> Gaze::picture(Feed& feed)
{
    const auto* key = gop_.key();
    if (!key) return base::Errc::not_found;
    return feed.look(*key);
}

void Gaze::hurry(base::MonoTime until)
{
    auto before = hurry_until_.load();
    while (before < until && !hurry_until_.compare_exchange_weak(before, until)) {
    }
}

bool Gaze::hurried(base::MonoTime now) const
{
    return now < hurry_until_.load();
}

Tally Gaze::tally() const
{
    const std::scoped_lock lock(mutex_);
    return tally_;
}

} // namespace gatehouse::vision
