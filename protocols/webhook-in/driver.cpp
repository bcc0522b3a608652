#include "protocols/webhook-in/driver.hpp"

#include "protocols/webhook-in/webhook_driver.hpp"

namespace gatehouse::webhook_in {

using namespace std::chrono_literals;

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table, context.utc_offset);
    return std::make_unique<WebhookDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table, 480min); // only its issues are wanted
}

} // namespace gatehouse::webhook_in
