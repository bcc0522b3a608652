#include "protocols/modbus/session.hpp"

#include <utility>

namespace gatehouse::modbus {

Session::Session(Config config_, device::DriverContext context_)
    : net::QueuedSession(config_.id, std::move(context_)), config(std::move(config_)),
      line(config, context.executor, context.clock, context.metrics)
{
}

void Session::report(model::Body body, bool measured)
{
    auto event = own_event(std::move(body));
    event.time_trusted = measured;
    queue(std::move(event));
}

asio::awaitable<void> Session::finish()
{
    co_await line.close();
    co_await close_journal();
}

} // namespace gatehouse::modbus
