#pragma once
#include "gateway/base/clock.hpp"
#include "tests/sim/text.hpp"

namespace gatehouse::sim::modbus {

enum class BoomMood { ok, stuck, off }; // off: knocked out of its holder

// One barrier behind the board: the boom with its travel, the loops, the fault contact. Time is what its
// caller says it is; between two calls the boom moves on.
class Gate {
public:
    // The buttons of its controller.
    void press_open(base::MonoTime now);
    void press_close(base::MonoTime now);
    void press_stop(base::MonoTime now);
    void hold(bool on, base::MonoTime now);

    void move_on(base::MonoTime now);
    [[nodiscard]] bool up() const { return mood != BoomMood::off && height_ >= 1; }
    [[nodiscard]] bool down() const { return mood != BoomMood::off && height_ <= 0; }
    [[nodiscard]] bool fault() const { return mood == BoomMood::off; }
    [[nodiscard]] bool moves() const { return direction_ != 0; }
    // How often the boom came down on somebody. Never is what is wanted.
    [[nodiscard]] int hits() const { return hits_; }

    BoomMood mood = BoomMood::ok;
    Span travel{1500};
    bool loop_entry = false;
    bool loop_safety = false;
    bool manual = false;
    bool reverses = false; // its own controller sends the boom up when somebody is under it

private:
    double height_ = 0; // 0 down, 1 up
    int direction_ = 0;
    bool held_ = false;
    bool hit_ = false; // this time down
    int hits_ = 0;
    base::MonoTime seen_{};
};

} // namespace gatehouse::sim::modbus
