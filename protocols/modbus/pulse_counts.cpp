#include "protocols/modbus/pulse_counts.hpp"

namespace gatehouse::modbus {
namespace {

// More between two polls is no count but a board that began anew.
constexpr int pulses_max = 1000;

} // namespace

std::vector<bool> PulseCounts::missed(const std::vector<std::uint16_t>& counters,
                                      const std::vector<bool>& inputs)
{
    std::vector<bool> found(inputs.size());
    const bool known = counters.size() == counters_.size() && inputs.size() == inputs_.size();
    ahead_.resize(inputs.size());
    for (std::size_t i = 0; known && i < inputs.size() && i < counters.size(); ++i) {
        const int counted = static_cast<std::uint16_t>(counters[i] - counters_[i]); // over its end, too
        const int seen = (inputs[i] && !inputs_[i] ? 1 : 0) + (ahead_[i] ? 1 : 0);
        found[i] = counted > seen && counted < pulses_max;
        ahead_[i] = counted < seen; // the edge came between the two reads
    }
    counters_ = counters;
    inputs_ = inputs;
    return found;
}

void PulseCounts::forget()
{
    counters_.clear();
    inputs_.clear();
    ahead_.clear();
}

} // namespace gatehouse::modbus
