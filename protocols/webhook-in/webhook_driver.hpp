#pragma once
#include "protocols/webhook-in/push_desk.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

// One device of a make that has no driver of its own and posts its events to us. Made by make_driver().
class WebhookDriver final : public device::Driver {
public:
    WebhookDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;

private:
    asio::awaitable<void> watch();

    Session session_;
    PushDesk desk_;
};

} // namespace gatehouse::webhook_in
