#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::zkteco {

// Watches the running numbers of an access device for holes. After an outage it tells what is new first and
// resends what it kept, so a hole is one only when it stays. Pure: no I/O.
class RecordNumbers {
public:
    struct Hole {
        std::int64_t first = 0;
        std::int64_t last = 0;
        base::MonoTime since{};
    };

    // A record that is on disk. `shown`: the device's own time of it, by which a count that began anew is
    // known from a repeat.
    void note(std::int64_t index, base::WallTime shown, base::MonoTime now);
    // Holes that nothing has filled for `patience`; they are given once.
    [[nodiscard]] std::vector<Hole> overdue(base::MonoTime now, std::chrono::milliseconds patience);

    // The newest record as text for the device's memory, and back.
    [[nodiscard]] std::string to_memory() const;
    void from_memory(const std::string& text);

private:
    void fill(std::int64_t index);

    std::optional<std::int64_t> last_;
    base::WallTime last_shown_{};
    std::vector<Hole> holes_; // bounded
};

} // namespace gatehouse::zkteco
