#pragma once
#include "gateway/device/driver.hpp"

namespace gatehouse::net {

// The end of the order `snapshot` for a driver that has fetched a picture: keeps it as an event of its device
// and names it by its hash, under which the API hands it out. The picture itself is in no answer. `bytes`:
// what the device gave, whatever that is; more than 2 MiB is not kept. `context` outlives the call.
[[nodiscard]] asio::awaitable<model::Outcome> keep_still_picture(const device::DriverContext& context,
                                                                 model::Command order, std::string bytes);

} // namespace gatehouse::net
