#pragma once
#include "gateway/device/driver.hpp"
#include "vision/link/eyes.hpp"

namespace gatehouse::vision {

// What an installer wants to know of a camera that is seen through the worker: whether it is reached, the
// log-in holds, its codec can be read, there is a picture now, it is sharp, and a plate in it can be read.
// `running`: the stream as its driver sees it, which watches it under this id; null: it is watched meanwhile.
// At most 15 s or so.
[[nodiscard]] asio::awaitable<std::vector<device::TestStep>> test_camera(Eyes* eyes, base::Clock& clock,
                                                                         Watch wanted, const Stream* running);

} // namespace gatehouse::vision
