#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace gatehouse::passage {

// No vehicle turns round and leaves by the opposite lane in less.
inline constexpr std::chrono::seconds echo_within{20};

// Keeps a vehicle that was just let in through one lane from opening the lane beside it, when that one's
// camera reads its plate from behind. Asked before a decision opens anything, hence in memory alone: a
// restart forgets the last seconds. io thread only; the app asks it for access.
class EchoGuard {
public:
    explicit EchoGuard(base::Clock& clock) : clock_(clock) {}

    // The lane was opened for this plate.
    void note_opened(const config::LaneConfig& lane, const std::string& plate);
    // The decision for an echo, which opens nothing; nothing for any other read.
    [[nodiscard]] std::optional<model::Decision> judge(const config::LaneConfig& lane,
                                                       const std::string& plate) const;

private:
    struct Opened {
        std::string plate;
        base::MonoTime at{};
    };
    base::Clock& clock_;
    std::map<std::string, std::deque<Opened>> opened_; // by lane; bounded
};

} // namespace gatehouse::passage
