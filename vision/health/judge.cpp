#include "vision/health/judge.hpp"

#include <opencv2/core.hpp>

#include <algorithm>
#include <cmath>

namespace gatehouse::vision::health {

namespace {

// 0 at what normal pictures reach, 1 at the limit.
double score(double value, double normal, double limit)
{
    return std::min((value - normal) / (limit - normal), 3.0);
}

// Limits: vision.md §6, measured again for the sight alone (README.md).
void judge_alone(const View& view, Scores& scores)
{
    using enum State;
    scores[black] = std::min(score(view.mean, 22.9, 12), score(view.spread, 21, 6));
    // Whatever is left of a dark scene: where there is light enough for a picture, something in it is dark.
    scores[over_exposed] =
        std::max({score(view.mean, 159, 215), score(view.glare, 0.25, 0.6), score(view.darkest, 114, 175)});
    // What is dark has little contrast by nature.
    scores[low_contrast] = std::min(score(view.spread, 21, 14), score(view.mean, 30, 45));
    scores[noise] = score(view.noise, 4, 7);
}

double moved_score(const Likeness& likeness)
{
    if (likeness.displaced >= 2 && likeness.displaced > likeness.staying)
        return score(cv::norm(likeness.shift), 0, 3);
    return likeness.staying == 0 ? score(likeness.same, 0.75, 0.5) : 0;
}

// By what lost its texture, or by area: a wall and the sky lose none. A cover leaves the rest as it was; a
// lorry puts something of its own there.
double covered_score(const Likeness& likeness)
{
    const auto by_texture = std::min(score(likeness.flat, 0, 0.25), score(likeness.same, 1, 0.75));
    const auto by_area = std::min(score(likeness.hidden, 0, 0.25), score(likeness.fresh, 0.09, 0.06));
    return std::min(std::max(by_texture, by_area), score(1 - likeness.same - likeness.flat, 0.25, 0.15));
}

void judge_beside(const View& view, const Reference& reference, const Likeness& likeness, Scores& scores)
{
    using enum State;
    scores[stripes] = score(likeness.stripes, 0, 3);
    scores[colour_cast] = std::min({score(view.cast, 14, 17), score(view.cast_ratio, 0.8, 1.5),
                                    score(cv::norm(view.tint - reference.tint), 4, 12)});
    if (!likeness.judged) return;
    scores[occluded] = covered_score(likeness);
    scores[moved] = moved_score(likeness);
    scores[blurred] = score(likeness.sharpness, 0.85, 0.72);
}

constexpr std::array beside{State::occluded, State::moved, State::blurred, State::stripes,
                            State::colour_cast};

double worst_beside(const Scores& scores)
{
    double worst = 0;
    for (const auto state : beside)
        worst = std::max(worst, scores[state]);
    return worst;
}

} // namespace

Judgement judge(const View& view, const Memory& memory, Mode mode, int hour)
{
    Judgement best;
    judge_alone(view, best.scores);
    if (!memory.learned(mode)) return best;

    const auto alone = best.scores;
    const auto compared = [&](const Reference& reference) {
        Judgement judgement{alone, compare(view, reference), &reference};
        judge_beside(view, reference, judgement.likeness, judgement.scores);
        return judgement;
    };
    best = compared(memory.recent(mode));
    // Other hours are asked only when the last minutes do not explain what is seen.
    const auto suspicious = score_limit(10);
    if (worst_beside(best.scores) < suspicious) return best;
    for (const auto* reference : memory.day(mode, hour)) {
        const auto other = compared(*reference);
        if (worst_beside(other.scores) < worst_beside(best.scores)) best = other;
        if (worst_beside(best.scores) < suspicious) break;
    }
    return best;
}

} // namespace gatehouse::vision::health
