#include "vision/plates/passage_vote.hpp"

#include "vision/plates/ranking.hpp"
#include "vision/plates/text_distance.hpp"

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::plates {
namespace {

constexpr std::size_t tracks_max = 4;
constexpr std::ptrdiff_t told_max = 16, still_max = 64; // texts remembered
constexpr std::size_t votes_max = 24;
// The least a frame gives to a text that it did not consider: no single frame rules a text out.
constexpr double unseen_share = 0.01;
// Of what a frame leaves open, the part that may be on the one text that an earlier frame left open too.
constexpr double left_open_twice = 0.25;
// What a frame after the first counts: frames of one passage err alike.
constexpr double further_frame = 0.5;
constexpr double sure = 0.99;         // a text this sure that differs in one character is another car
constexpr float far_away = 1.5F;      // plate widths between two frames that are still one vehicle
constexpr float stirred = 0.5F;       // plate widths a plate has to go to have moved
constexpr float grown = 1.15F;        // or how much larger or smaller it has to become
constexpr int moved_frames = 2;       // in a row, with its own text: corners are off now and then
constexpr double followed_from = 0.3; // the detector's score of what cannot be read
// A text that rests and was not seen for so long: a parked car cannot be read by night.
constexpr std::chrono::hours still_forgotten{24};

float distance(cv::Point2f a, cv::Point2f b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

bool has_moved(const Corners& before, const Corners& now)
{
    const auto width = width_of(now);
    const auto ratio = width / std::max(width_of(before), 1.0F);
    return distance(centre_of(now), centre_of(before)) > stirred * width || ratio > grown ||
           ratio < 1 / grown;
}

double quality(const SeenPlate& seen)
{
    return seen.confidence() * seen.confidence() *
           std::min(static_cast<double>(width_of(seen.located.corners)), 200.0);
}

auto find(const std::vector<Candidate>& candidates, const std::string& text)
{
    return std::find_if(candidates.begin(), candidates.end(),
                        [&](const Candidate& c) { return c.text == text; });
}

// Sums of logarithms as shares of 1, one of which is what the frames leave open.
std::vector<Candidate> shares_of(std::vector<Candidate> votes, double open)
{
    const double highest = std::max(votes.front().probability, open);
    double sum = std::exp(open - highest);
    for (auto& vote : votes) {
        vote.probability = std::exp(vote.probability - highest);
        sum += vote.probability;
    }
    for (auto& vote : votes)
        vote.probability /= sum;
    return votes;
}

} // namespace

PassageVote::PassageVote(VoteOptions options) : options_(options) {}

std::vector<PassageRead> PassageVote::observe(base::MonoTime time, const cv::Mat& frame,
                                              const std::vector<SeenPlate>& seen)
{
    if (!began_) began_ = time;
    for (const auto& plate : seen)
        if (auto* track = track_of(time, plate)) follow(*track, time, frame, plate);
    std::vector<PassageRead> reads;
    for (auto& track : tracks_) {
        if (!track.told && ready(track, time)) conclude(track, time, reads);
        if (rests(track)) remember(track, true);
    }
    std::erase_if(tracks_, [&](const Track& track) {
        if (time - track.last_seen < options_.gone_after) return false;
        if (track.told && !stood_before(track)) remember(track, false);
        if (stood_before(track) || rests(track)) remember(track, true);
        if (!track.told && (track.moved || track.passed)) ++unread_;
        return true;
    });
    return reads;
}

// Tells what is sure, unless it was told before. What stood there untold waits until it moves.
void PassageVote::conclude(Track& track, base::MonoTime time, std::vector<PassageRead>& reads)
{
    const auto* still = still_text(track, time);
    if (still != nullptr && !still->told) return;
    if (still == nullptr && !told_before(track, time)) {
        if (track.plate.confidence < sure && resembles_told(track, time)) return;
        reads.push_back(tell(track));
    }
    track.told = true;
    track.frame.release();
}

// The vehicle whose plate this is: by its text wherever it is now, else by its place. A new one when there is
// none, or when a sure text stands where another was: two cars bumper to bumper. Null: too many at once.
PassageVote::Track* PassageVote::track_of(base::MonoTime time, const SeenPlate& seen)
{
    const auto& text = seen.reading.plate.text;
    const auto centre = centre_of(seen.located.corners);
    const auto width = width_of(seen.located.corners);
    Track* nearest = nullptr;
    float nearest_distance = far_away * width;
    for (auto& track : tracks_) {
        if (track.last_seen == time) continue; // two plates of one frame are two vehicles
        if (!text.empty() && text == track.plate.text) return &track;
        const bool other = !text.empty() && !track.plate.text.empty() &&
                           seen.confidence() >= options_.confidence_min &&
                           text_distance(text, track.plate.text) > 2;
        const auto away = distance(centre, centre_of(track.last.corners));
        if (other || away >= nearest_distance) continue;
        nearest = &track;
        nearest_distance = away;
    }
    if (nearest != nullptr) return nearest;
    const bool read = !seen.reading.candidates.empty();
    if (!read && seen.located.score < followed_from) return nullptr;
    if (tracks_.size() == tracks_max && !(read && displace_unread())) return nullptr;
    auto& track = tracks_.emplace_back();
    track.first_seen = time;
    track.rests_since = time;
    track.first = seen.located;
    track.rest = seen.located;
    track.last = seen.located;
    track.best = seen.located;
    return &track;
}

bool PassageVote::displace_unread()
{
    auto least = tracks_.end();
    for (auto at = tracks_.begin(); at != tracks_.end(); ++at)
        if (at->frames == 0 && (least == tracks_.end() || at->score < least->score)) least = at;
    if (least == tracks_.end()) return false;
    if (least->passed) ++unread_;
    tracks_.erase(least);
    return true;
}

void PassageVote::follow(Track& track, base::MonoTime time, const cv::Mat& frame, const SeenPlate& seen)
{
    track.last_seen = time;
    track.last = seen.located;
    track.score = std::max(track.score, seen.located.score);
    if (seen.reading.candidates.empty()) {
        track.passed =
            track.passed || (track.frames == 0 && has_moved(track.first.corners, seen.located.corners));
        return;
    }
    ++track.frames;
    track.last_read = time;
    vote(track, seen);
    follow_move(track, time, seen);
    // A parked car holds no picture; once it moves the pictures of that count.
    if (track.told || stood_before(track) || quality(seen) <= track.best_quality) return;
    track.best_quality = quality(seen);
    track.best_seen = time;
    track.best = seen.located;
    track.frame = frame;
}

// By readings alone: a grille that was taken for a plate is no move of the car that it belongs to.
void PassageVote::follow_move(Track& track, base::MonoTime time, const SeenPlate& seen)
{
    if (track.frames == 1) {
        track.first = track.rest = seen.located;
        track.rests_since = time;
    }
    if (text_distance(seen.reading.plate.text, track.plate.text) > 2) return;
    const auto& now = seen.located.corners;
    track.away_from_first = has_moved(track.first.corners, now) ? track.away_from_first + 1 : 0;
    track.away_from_rest = has_moved(track.rest.corners, now) ? track.away_from_rest + 1 : 0;
    track.moved = track.moved || track.away_from_first >= moved_frames;
    if (track.away_from_rest < moved_frames) return;
    std::erase_if(known_, [&](const Known& known) { return known.still && known.text == track.plate.text; });
    track.rest = seen.located;
    track.rests_since = time;
    track.away_from_rest = 0;
}

bool PassageVote::rests(const Track& track) const
{
    return track.frames > 0 && track.last_read - track.rests_since >= options_.still_after;
}

// Adds the frame's logarithms, and finds the text that all frames together believe in most.
void PassageVote::vote(Track& track, const SeenPlate& seen) const
{
    const double weight = track.frames == 1 ? 1 : further_frame;
    const auto& candidates = seen.reading.candidates;
    for (const auto& candidate : candidates)
        if (find(track.votes, candidate.text) == track.votes.end())
            track.votes.push_back({candidate.text, track.missing, candidate.kind});
    double open = 1;
    for (const auto& candidate : candidates)
        open -= candidate.probability;
    if (track.frames > 1) open *= left_open_twice;
    track.open += weight * std::log(std::max(open, unseen_share));
    track.missing += weight * std::log(unseen_share);
    for (auto& vote : track.votes) {
        const auto found = find(candidates, vote.text);
        const double share = found == candidates.end() ? 0 : found->probability;
        vote.probability += weight * std::log(std::max(share, unseen_share));
    }
    std::stable_sort(track.votes.begin(), track.votes.end(),
                     [](const Candidate& a, const Candidate& b) { return a.probability > b.probability; });
    if (track.votes.size() > votes_max) track.votes.resize(votes_max);
    const auto best = std::find_if(track.votes.begin(), track.votes.end(),
                                   [](const Candidate& vote) { return vote.kind.has_value(); });
    if (best == track.votes.end()) return;

    const auto shares = shares_of(track.votes, track.open);
    track.plate.text = best->text;
    if (seen.reading.plate.text == best->text) track.plate.color = seen.reading.plate.color;
    track.plate.characters = agreement(best->text, shares);
    track.plate.confidence = *std::min_element(track.plate.characters.begin(), track.plate.characters.end());
}

bool PassageVote::ready(const Track& track, base::MonoTime time) const
{
    if (stood_before(track)) return false;
    if (std::min(track.score, track.plate.confidence) < options_.confidence_min) return false;
    return track.frames >= options_.frames_min || time - track.first_seen >= options_.sure_after;
}

bool PassageVote::stood_before(const Track& track) const
{
    return !track.moved && track.first_seen - *began_ < options_.arrived_after;
}

bool PassageVote::told_before(const Track& track, base::MonoTime time) const
{
    const auto told_beside = [&](const Track& other) {
        return &other != &track && other.told && other.plate.text == track.plate.text;
    };
    const auto told_lately = [&](const Known& known) {
        return !known.still && time - known.last_seen <= options_.same_for && known.text == track.plate.text;
    };
    return std::any_of(tracks_.begin(), tracks_.end(), told_beside) ||
           std::any_of(known_.begin(), known_.end(), told_lately);
}

bool PassageVote::resembles_told(const Track& track, base::MonoTime time)
{
    const auto one_off = [&](const std::string& text) { return text_distance(text, track.plate.text) == 1; };
    bool resembles = std::any_of(tracks_.begin(), tracks_.end(), [&](const Track& other) {
        return &other != &track && other.told && one_off(other.plate.text);
    });
    for (auto& known : known_) {
        if (known.still || time - known.last_seen > options_.same_for || !one_off(known.text)) continue;
        known.last_seen = time; // while it stands there it is doubtful
        resembles = true;
    }
    return resembles;
}

const PassageVote::Known* PassageVote::still_text(const Track& track, base::MonoTime time)
{
    if (track.moved) return nullptr;
    const auto here = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
        return known.still && time - known.last_seen <= still_forgotten &&
               distance(known.centre, centre_of(track.rest.corners)) < stirred * known.width &&
               text_distance(known.text, track.plate.text) <= 2;
    });
    if (here == known_.end()) return nullptr;
    here->last_seen = time;
    return &*here;
}

// What is told and rests is both: for a moment wherever it is seen next, and for a day in its place.
void PassageVote::remember(const Track& track, bool still)
{
    if (track.plate.text.empty()) return;
    bool told = track.told;
    std::erase_if(known_, [&](const Known& known) {
        const bool same = known.text == track.plate.text && known.still == still;
        told = told || (same && known.told);
        return same;
    });
    const auto alike = [&](const Known& known) { return known.still == still; };
    if (std::count_if(known_.begin(), known_.end(), alike) >= (still ? still_max : told_max))
        known_.erase(std::find_if(known_.begin(), known_.end(), alike));
    known_.push_back({track.plate.text, centre_of(track.rest.corners), width_of(track.rest.corners),
                      track.last_seen, still, told});
}

PassageRead PassageVote::tell(const Track& track)
{
    PassageRead read{.plate = track.plate,
                     .frames = track.frames,
                     .first_seen = track.first_seen,
                     .best_seen = track.best_seen,
                     .frame = track.frame,
                     .located = track.best};
    read.plate.confidence = std::min(track.score, track.plate.confidence);
    return read;
}

} // namespace gatehouse::vision::plates
