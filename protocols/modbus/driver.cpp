#include "protocols/modbus/driver.hpp"

#include "protocols/modbus/modbus_driver.hpp"

namespace gatehouse::modbus {

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<ModbusDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

} // namespace gatehouse::modbus
