#pragma once
#include "protocols/osdp/commands.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::osdp {

// One line and the readers on it: gives each its turn, for ever. Made by make_driver().
class OsdpDriver final : public device::Driver {
public:
    OsdpDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;

private:
    asio::awaitable<void> leave();
    asio::awaitable<void> reconnect_for_ever();
    // From the connection to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> give_turns();
    [[nodiscard]] Reader& next();
    // What the readers together say of the link; true while one of them answers.
    bool judge();
    void test_reader(const Reader& reader, std::vector<device::TestStep>& steps) const;

    Session session_;
    std::vector<std::unique_ptr<Reader>> readers_;
    Commands commands_;
};

} // namespace gatehouse::osdp
