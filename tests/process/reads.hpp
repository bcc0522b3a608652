#pragma once
#include "tests/process/estate.hpp"
#include "tests/process/oracle.hpp"

namespace gatehouse::proof {

// Cars with a listed plate before a gate that the gateway opens by itself. They come so far apart that each
// opening on the wire belongs to one read.
class ReadBook {
public:
    // What gateway and estate are told: the lane, the list to import, the camera with its barrier.
    [[nodiscard]] static std::string lane_keys();
    [[nodiscard]] static std::string list();
    [[nodiscard]] static DevicePlan device();

    // One more car, unless the one before may still be let in.
    void drive_up(const Estate& estate);

    // The commands that are not this gate's.
    [[nodiscard]] static Truth others(Truth truth);
    // What the wire says against the reads: opened twice, opened for a read that was too old, opened for
    // nobody.
    [[nodiscard]] std::vector<std::string> complaints(const Truth& truth) const;
    // Reads that moved the barrier.
    [[nodiscard]] std::size_t opened(const Truth& truth) const;
    [[nodiscard]] std::size_t size() const { return reads_.size(); }

private:
    // For each read, how often the gate was opened for it; the last place counts what belongs to none.
    [[nodiscard]] std::vector<int> openings(const Truth& truth) const;

    std::vector<std::int64_t> reads_; // wall time, ns
};

} // namespace gatehouse::proof
