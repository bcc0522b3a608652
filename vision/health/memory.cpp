#include "vision/health/memory.hpp"

#include "vision/health/reference_bytes.hpp"
#include "vision/jpeg/encode.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::chrono::duration<double> memory_follow_in = minutes(3);
constexpr std::chrono::duration<double> picture_every = minutes(10);
constexpr std::chrono::duration<double> renew_every = minutes(60);
// A normal view that nobody saw for so long is none, and its picture shows somebody's day. What was learnt of
// it stays: a slow mean in grey shows nobody.
constexpr auto picture_kept = std::chrono::hours(7 * 24);
constexpr double renew_weight = 0.25;      // four hours are renewed by two thirds a day
constexpr double learning_alike_min = 0.6; // a view that is less like the ones before does not belong to them
constexpr double picture_alike_min = 0.9;
constexpr int unlike_max = 3;
constexpr int views_min = 15;

std::size_t band_of(int hour)
{
    return static_cast<std::size_t>(std::clamp(hour, 0, 23)) / 4;
}

void take_picture(Reference& reference, const View& view, base::WallTime wall)
{
    for (const int quality : {75, 50, 25}) {
        auto jpeg = jpeg::encode(view.colour, quality);
        if (!jpeg) return;
        if (jpeg->size() > Memory::picture_bytes_max) continue;
        reference.picture = std::move(*jpeg);
        reference.taken_at = wall;
        return;
    }
}

bool alike(const View& view, const Reference& reference, double min)
{
    const auto likeness = compare(view, reference);
    return !likeness.judged || likeness.same >= min;
}

} // namespace

std::vector<const Reference*> Memory::day(Mode mode, int hour) const
{
    const auto own = static_cast<int>(band_of(hour));
    std::vector<const Reference*> found;
    for (const int distance : {0, 1, -1, 2, -2, 3}) {
        const auto band = static_cast<std::size_t>(own + distance + static_cast<int>(bands)) % bands;
        const auto& reference = of(mode).day[band].reference;
        if (!reference.empty()) found.push_back(&reference);
    }
    return found;
}

void Memory::learn(const View& view, Mode mode, base::WallTime wall, int hour, Span since)
{
    forget_pictures(wall - picture_kept);
    auto& known = of(mode);
    if (known.learned)
        follow(known, view, wall, since);
    else
        begin(known, view, wall, since);
    if (known.learned) renew(known, band_of(hour), since);
}

// The mean of all views so far; it begins anew when the views change, so that nobody learns a lorry that
// leaves.
void Memory::begin(OfMode& known, const View& view, base::WallTime wall, Span since)
{
    if (!known.recent.empty() && !alike(view, known.recent, learning_alike_min)) {
        if (++known.unlike < unlike_max) return;
        known.recent = {};
        known.alike = {};
    }
    known.unlike = 0;
    if (known.recent.empty())
        take_picture(known.recent, view, wall);
    else
        known.alike += since;
    known.recent.blend(view, 1.0 / (known.recent.views + 1));
    if (known.alike < learn_for_ || known.recent.views < views_min) return;
    known.learned = true;
    ++news_;
}

void Memory::follow(OfMode& known, const View& view, base::WallTime wall, Span since)
{
    known.recent.blend(view, 1 - std::exp(-since / memory_follow_in));
    known.with_picture += since;
    if (known.with_picture < picture_every || !alike(view, known.recent, picture_alike_min)) return;
    known.with_picture = {};
    take_picture(known.recent, view, wall);
}

void Memory::renew(OfMode& known, std::size_t band, Span since)
{
    auto& [reference, healthy] = known.day[band];
    healthy += since;
    if (reference.empty() ? healthy < learn_for_ : healthy < renew_every) return;
    healthy = {};
    reference.blend(known.recent, renew_weight);
    ++news_;
}

void Memory::forget_pictures(base::WallTime before)
{
    const auto forget_in = [&](Reference& reference) {
        if (reference.picture.empty() || reference.taken_at >= before) return;
        reference.picture.clear();
        ++news_;
    };
    for (auto& known : known_) {
        forget_in(known.recent);
        for (auto& band : known.day)
            forget_in(band.reference);
    }
}

void Memory::forget()
{
    known_ = {};
    ++news_;
}

std::string Memory::write() const
{
    ReferenceWriter writer;
    for (std::size_t mode = 0; mode < modes; ++mode) {
        const auto& known = known_[mode];
        if (!known.learned) continue;
        writer.add({mode, ReferenceKey::recent}, known.recent);
        for (std::size_t band = 0; band < bands; ++band)
            if (!known.day[band].reference.empty()) writer.add({mode, band}, known.day[band].reference);
    }
    return std::move(writer).bytes();
}

base::Result<void> Memory::read(std::string_view bytes)
{
    auto entries = read_references(bytes);
    if (!entries) return entries.error();
    known_ = {};
    for (auto& [key, reference] : *entries) {
        auto& known = known_[key.mode];
        if (key.band == ReferenceKey::recent) {
            known.recent = std::move(reference);
            known.learned = true;
        } else {
            known.day[key.band].reference = std::move(reference);
        }
    }
    return {};
}

} // namespace gatehouse::vision::health
