#include "tests/process/reads.hpp"

#include "tests/process/orders.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::proof {
namespace {

constexpr auto gate = "lpr-gate";
constexpr auto plate = "沪A12345";
// How old a read may be that opens (`open_within` below).
constexpr std::int64_t fresh_ns = 1'000'000'000;
// As for orders: two process switches on a loaded machine.
constexpr std::int64_t read_slack_ns = 400'000'000;

} // namespace

std::string ReadBook::lane_keys()
{
    return fmt::format(
        "[[lane]]\nid = \"east-in\"\nname = \"east\"\nkind = \"vehicle\"\ndirection = \"in\"\n"
        "readers = [\"{0}\"]\nbarrier = \"{0}/1\"\ndecide = \"gateway\"\nopen_within = \"1s\"\n",
        gate);
}

std::string ReadBook::list()
{
    return fmt::format("plate,name\n{},proof\n", plate);
}

DevicePlan ReadBook::device()
{
    return {gate, "plate", true, 0, "barrier_travel = \"100ms\"", ""};
}

void ReadBook::drive_up(const Estate& estate)
{
    const auto now = wall_ns();
    if (!reads_.empty() && now < reads_.back() + fresh_ns + 2 * read_slack_ns) return;
    reads_.push_back(now);
    (void)estate.tell(fmt::format("emit {} plate {}", gate, plate));
}

Truth ReadBook::others(Truth truth)
{
    std::erase_if(truth.commands, [](const WireCommand& command) { return command.device == gate; });
    return truth;
}

std::vector<int> ReadBook::openings(const Truth& truth) const
{
    std::vector<int> counts(reads_.size() + 1);
    for (const auto& command : truth.commands) {
        if (command.device != gate) continue;
        const auto after = std::upper_bound(reads_.begin(), reads_.end(), command.wall_ns);
        const bool living =
            after != reads_.begin() && command.wall_ns <= *(after - 1) + fresh_ns + read_slack_ns;
        ++counts[living ? static_cast<std::size_t>(after - reads_.begin()) - 1 : reads_.size()];
    }
    return counts;
}

std::vector<std::string> ReadBook::complaints(const Truth& truth) const
{
    std::vector<std::string> out;
    const auto counts = openings(truth);
    for (std::size_t i = 0; i < reads_.size(); ++i)
        if (counts[i] > 1) out.push_back(fmt::format("read {} opened the gate {} times", i + 1, counts[i]));
    if (counts.back() > 0)
        out.push_back(fmt::format("the gate opened {} times without a fresh read", counts.back()));
    return out;
}

std::size_t ReadBook::opened(const Truth& truth) const
{
    const auto counts = openings(truth);
    return static_cast<std::size_t>(
        std::count_if(counts.begin(), counts.end() - 1, [](int count) { return count > 0; }));
}

} // namespace gatehouse::proof
