#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/config/site.hpp"
#include "gateway/store/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::passage {

// What is known of one lane now.
struct LaneNow {
    // As a device has told it since its link is up; unknown: none has.
    model::BarrierPosition position = model::BarrierPosition::unknown;
    base::WallTime confirmed_at{}; // epoch: never
    bool held = false;             // it stays open until it is told to close
    std::optional<bool> occupied;  // by its loops; nothing: it has none, or none has told
    model::EntryPtr last;          // the newest read, or the passage of somebody whom nobody read; null: none
};

// What the guard sees of every lane, kept in memory so that a screen that polls costs no query. A position is
// never guessed: what was known is forgotten when the link of the device that told it goes down, and a start
// knows none. Follows the journal, asked by the API. io thread only.
class LaneBoard {
public:
    LaneBoard(store::Store& store, const std::vector<config::LaneConfig>& lanes) : store_(store)
    {
        use_lanes(lanes);
    }

    // The newest read of each lane. Called once, before run(). Errors: those of the store.
    asio::awaitable<base::Result<void>> load();
    // Ends only by cancellation.
    asio::awaitable<void> run();
    void observe(const model::EntryPtr& entry);

    // Of a lane that is not known: nothing is known.
    [[nodiscard]] LaneNow at(const std::string& lane) const;
    // After a reload of the configuration.
    void use_lanes(const std::vector<config::LaneConfig>& lanes);

private:
    struct Gate {
        model::BarrierPosition position = model::BarrierPosition::unknown;
        base::WallTime at{};
        bool held = false;
    };
    using Output = std::pair<std::string, int>;
    struct Loop {
        std::string device;
        std::optional<bool> occupied;
    };
    struct Lane {
        Output barrier;                    // no device: it has none
        std::map<std::string, Loop> loops; // by role
        model::EntryPtr last;
    };
    void observe_live(const model::Event& event);
    void note_position(const model::Event& event, int output, model::BarrierPosition position);
    void note_door(const model::Event& event, const model::DoorState& door);
    void note_loop(const model::Event& event, const model::InputChanged& changed);
    void note_command(const model::CommandDone& done);
    void forget(const std::string& device);
    void note_last(const model::EntryPtr& entry);

    store::Store& store_;
    std::map<std::string, Lane> lanes_;
    std::map<Output, Gate> gates_; // of configured barriers
};

} // namespace gatehouse::passage
