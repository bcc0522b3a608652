#pragma once
#include <cstdint>
#include <vector>

namespace gatehouse::modbus {

// The counters that some boards keep of their inputs' pulses, against what the polls saw: a pulse shorter
// than a poll is in the counter alone (sheet §5). Pure.
class PulseCounts {
public:
    // For each input whether it had pulses that no poll showed. `counters` were read just before `inputs`.
    std::vector<bool> missed(const std::vector<std::uint16_t>& counters, const std::vector<bool>& inputs);
    // What was counted meanwhile is not known.
    void forget();

private:
    std::vector<std::uint16_t> counters_;
    std::vector<bool> inputs_;
    std::vector<bool> ahead_; // the last poll saw an edge after its counter had been read
};

} // namespace gatehouse::modbus
