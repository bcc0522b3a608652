#pragma once
#include "gateway/config/site.hpp"
#include "gateway/device/driver.hpp"

#include <memory>

namespace gatehouse::webhook_in {

// A device that posts JSON in a form of its own; the row of the registry. The table has been checked by
// check_config() before.
[[nodiscard]] std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device,
                                                          config::Table table, device::DriverContext context);

// Checks the device's own keys and reports issues through the table.
void check_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::webhook_in
