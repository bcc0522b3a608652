#pragma once
#include "gateway/base/wakeup.hpp"

namespace gatehouse::alert {

// One transaction at a time on the board; the holder may suspend. Taken when nobody else has it.
class Turn {
public:
    Turn(bool& busy, base::Wakeup& free) : busy_(busy), free_(free) { busy_ = true; }
    ~Turn()
    {
        busy_ = false;
        free_.notify();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    bool& busy_;
    base::Wakeup& free_;
};

} // namespace gatehouse::alert
