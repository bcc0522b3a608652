#pragma once
#include "protocols/modbus/commands.hpp"

#include <string>
#include <vector>

namespace gatehouse::modbus {

// One relay board and the gates behind it: composes the parts of its session and runs their conversation for
// ever. Made by make_driver().
class ModbusDriver final : public device::Driver {
public:
    ModbusDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;

private:
    asio::awaitable<void> reconnect_for_ever();
    // From the connection to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> watch_board();
    asio::awaitable<void> leave_safely();
    void test_gates(std::vector<device::TestStep>& steps) const;

    Session session_;
    Board board_;
    Watch watch_;
    Commands commands_;
};

} // namespace gatehouse::modbus
