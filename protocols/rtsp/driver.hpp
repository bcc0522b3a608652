#pragma once
#include "gateway/config/site.hpp"
#include "gateway/device/driver.hpp"

#include <memory>

namespace gatehouse::rtsp {

// A camera that recognises nothing itself; the row of the registry. The table has been checked by
// check_config() before.
[[nodiscard]] std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device,
                                                          config::Table table, device::DriverContext context);

// Checks the device's own keys without touching it and reports issues through the table.
void check_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::rtsp
