#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/event.hpp"

#include <optional>
#include <vector>

namespace gatehouse::modbus {

// Counts vehicles by the loops of one gate against the openings we ordered (sheet §4): one opening is for one
// vehicle. Under a boom that others raised each vehicle passed, and nobody follows. Knows no plate and no
// person. Pure.
class Passages {
public:
    struct Seen {
        std::optional<bool> entry;  // somebody waits before the gate
        std::optional<bool> safety; // somebody is under the boom
        model::BarrierPosition position = model::BarrierPosition::unknown;
    };
    enum class Finding { passed, backed_off, followed, follow_over };

    // We ordered the gate to open.
    void opened(base::MonoTime now);
    std::vector<Finding> observe(const Seen& seen, base::MonoTime now);
    // Nobody looked for a while: what passed meanwhile is not known.
    void forget();

private:
    void vehicle_left(const Seen& seen, std::vector<Finding>& findings);
    void finish(std::vector<Finding>& findings);

    int openings_ = 0;    // ordered and not used yet
    bool ours_ = false;   // the boom is up because we ordered it
    bool left_ = false;   // it has left its lower limit since
    bool waited_ = false; // a vehicle was before the gate
    bool under_ = false;  // something is under the boom
    bool raised_ = false; // which was open over it
    bool followed_ = false;
    base::MonoTime active_at_{};
};

} // namespace gatehouse::modbus
