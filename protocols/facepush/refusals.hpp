#pragma once
#include "protocols/wire/advice.hpp"

namespace gatehouse::facepush {

// What any family's refusal comes to when its code is in no table.
inline constexpr wire::Advice unknown_refusal{"the terminal refuses this; look at its screen or web page",
                                              "设备拒绝此操作；请查看设备屏幕或网页"};

} // namespace gatehouse::facepush
