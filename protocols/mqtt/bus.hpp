#pragma once
#include "gateway/base/message_bus.hpp"

namespace gatehouse::mqtt {

// Opens connections to brokers through which devices speak, over MQTT 3.1.1 with a clean session. All share
// one worker for what may block. For the daemon, which hands it to the drivers.
[[nodiscard]] base::OpenMessageBus bus_opener(asio::any_io_executor io);

} // namespace gatehouse::mqtt
