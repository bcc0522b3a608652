#include "gateway/passage/plate_vote.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace gatehouse::passage {
namespace {

constexpr double unknown_confidence = 0.5; // of a camera that gives none
constexpr std::size_t mistakes_max = 2;    // characters of a plate of the same length

// The first letter of a plate is a Chinese character of three bytes: characters are compared, not bytes.
std::vector<std::string_view> characters(std::string_view text)
{
    std::vector<std::string_view> found;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t size = 1;
        while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0U) == 0x80U)
            ++size;
        found.push_back(text.substr(at, size));
        at += size;
    }
    return found;
}

// Whether `shorter` is `longer` without one character.
bool lacks_one(const std::vector<std::string_view>& shorter, const std::vector<std::string_view>& longer)
{
    const auto differs = std::mismatch(shorter.begin(), shorter.end(), longer.begin());
    return std::equal(differs.first, shorter.end(), differs.second + 1);
}

double weight(const model::Passage::Part& part)
{
    const double confidence = part.plate.confidence < 0 ? unknown_confidence : part.plate.confidence;
    return part.listed ? 2 * confidence : confidence;
}

} // namespace

model::Plate final_plate(const std::vector<model::Passage::Part>& parts)
{
    std::map<std::string_view, double> votes;
    const model::Passage::Part* best = nullptr;
    for (const auto& part : parts)
        if (!part.plate.text.empty()) votes[part.plate.text] += weight(part);
    const auto rank = [&votes](const model::Passage::Part& part) {
        return std::pair(votes[part.plate.text], part.plate.confidence);
    };
    for (const auto& part : parts) {
        if (part.plate.text.empty()) continue;
        if (best == nullptr || rank(*best) < rank(part)) best = &part;
    }
    return best == nullptr ? model::Plate() : best->plate;
}

bool is_alike(std::string_view one, std::string_view other)
{
    if (one == other) return true;
    const auto a = characters(one);
    const auto b = characters(other);
    if (a.size() + 1 == b.size()) return lacks_one(a, b);
    if (b.size() + 1 == a.size()) return lacks_one(b, a);
    if (a.size() != b.size()) return false;
    std::size_t mistakes = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) ++mistakes;
    return mistakes <= mistakes_max;
}

} // namespace gatehouse::passage
