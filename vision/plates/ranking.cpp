#include "vision/plates/ranking.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::vision::plates {
namespace {

using model::PlateKind;

constexpr std::size_t candidates_max = 12;
// What a colour that the kind does not have is worth: the second head is wrong in a few of a hundred plates,
// and nights have no colours.
constexpr double wrong_colour = 0.02;

// The office letter O stood on official plates that have mostly been called in; where one is read it is a
// Q or a D nearly always.
constexpr double rare_office = 0.05;

bool has_colour(PlateKind kind, std::string_view colour)
{
    switch (kind) {
    case PlateKind::ordinary: return colour == "blue" || colour == "yellow" || colour == "black";
    case PlateKind::new_energy: return colour == "green";
    case PlateKind::learner:
    case PlateKind::trailer: return colour == "yellow";
    case PlateKind::hong_kong:
    case PlateKind::macau: return colour == "black";
    case PlateKind::embassy:
    case PlateKind::consulate: return colour == "black" || colour == "white";
    case PlateKind::temporary: return true;
    case PlateKind::police:
    case PlateKind::rescue:
    case PlateKind::military:
    case PlateKind::armed_police: return colour == "white";
    }
    return true;
}

double share_of(PlateKind kind, const ColourShares& shares)
{
    double sum = 0;
    for (std::size_t i = 0; i < colours.size(); ++i)
        if (has_colour(kind, colours.at(i))) sum += shares.at(i);
    return std::max(sum, wrong_colour);
}

std::string_view colour_of(PlateKind kind, const ColourShares& shares)
{
    std::size_t best = colours.size();
    for (std::size_t i = 0; i < colours.size(); ++i)
        if (has_colour(kind, colours.at(i)) && (best == colours.size() || shares.at(i) > shares.at(best)))
            best = i;
    return colours.at(best);
}

// What is known of a text before anybody looks at the plate.
double prior_of(std::string_view text, PlateKind kind, const ColourShares& shares)
{
    const auto characters = model::characters_of(text);
    const bool rare = model::is_province(characters[0]) && characters[1] == "O";
    return share_of(kind, shares) * (rare ? rare_office : 1);
}

} // namespace

std::vector<double> agreement(std::string_view winner, std::span<const Candidate> candidates)
{
    const auto ours = model::characters_of(winner);
    std::vector<double> shares(ours.size(), 0.0);
    for (const auto& candidate : candidates) {
        const auto theirs = model::characters_of(candidate.text);
        const auto shorter = std::min(ours.size(), theirs.size());
        std::size_t front = 0;
        while (front < shorter && ours[front] == theirs[front])
            ++front;
        std::size_t back = 0;
        while (back < shorter - front && ours[ours.size() - 1 - back] == theirs[theirs.size() - 1 - back])
            ++back;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            const bool same =
                ours.size() == theirs.size() ? ours[i] == theirs[i] : i < front || i >= ours.size() - back;
            if (same) shares[i] += candidate.probability;
        }
    }
    for (auto& share : shares)
        share = std::min(share, 1.0);
    return shares;
}

Reading rank(std::vector<Candidate> texts, const ColourShares& shares)
{
    for (auto& text : texts) {
        text.kind = model::plate_kind(text.text);
        if (text.kind) text.probability *= prior_of(text.text, *text.kind, shares);
    }
    std::stable_sort(texts.begin(), texts.end(),
                     [](const Candidate& a, const Candidate& b) { return a.probability > b.probability; });
    if (texts.size() > candidates_max) texts.resize(candidates_max);
    Reading reading{.plate = {}, .candidates = std::move(texts)};
    const auto best = std::find_if(reading.candidates.begin(), reading.candidates.end(),
                                   [](const Candidate& c) { return c.kind.has_value(); });
    if (best == reading.candidates.end()) return reading;
    reading.plate.text = best->text;
    reading.plate.color = colour_of(*best->kind, shares);
    reading.plate.characters = agreement(best->text, reading.candidates);
    reading.plate.confidence =
        *std::min_element(reading.plate.characters.begin(), reading.plate.characters.end());
    return reading;
}

} // namespace gatehouse::vision::plates
