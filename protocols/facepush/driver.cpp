#include "protocols/facepush/driver.hpp"

#include "protocols/facepush/bus_driver.hpp"
#include "protocols/facepush/haiqing_http.hpp"
#include "protocols/facepush/uface_driver.hpp"

namespace gatehouse::facepush {

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    if (config.family == Family::uface)
        return std::make_unique<UfaceDriver>(std::move(config), std::move(context));
    if (config.family == Family::haiqing_http)
        return std::make_unique<HaiqingHttpDriver>(std::move(config), std::move(context));
    return std::make_unique<BusDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

} // namespace gatehouse::facepush
