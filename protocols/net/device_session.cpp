#include "protocols/net/device_session.hpp"

namespace gatehouse::net {

asio::awaitable<void> DeviceSession::report(model::Body body)
{
    auto event = own_event(std::move(body));
    co_await delivery.hand_over(std::move(event));
}

asio::awaitable<void> DeviceSession::run_until_stopped(asio::awaitable<void> conversation)
{
    Leave leave = [this] { return stop(); };
    co_await run_until_stopped(std::move(conversation), std::move(leave));
}

asio::awaitable<void> DeviceSession::stop()
{
    co_await stop_tasks();
    co_await delivery.close();
}

asio::awaitable<void> DeviceSession::set_link(model::LinkState state, std::string why)
{
    auto link = changed_link(state, std::move(why));
    if (!link) co_return;
    co_await report(std::move(*link));
}

} // namespace gatehouse::net
