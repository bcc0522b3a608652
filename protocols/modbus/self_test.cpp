#include "protocols/modbus/modbus_driver.hpp"

#include <fmt/format.h>

namespace gatehouse::modbus {

using device::test_step;
using device::TestStep;

namespace {

std::string remedy_for(const Answer& answer, const Config& config)
{
    if (!answer.error)
        return "compare unit, inputs, relays and the first addresses with the board's manual; manuals often "
               "count "
               "from 1";
    if (answer.error == base::Errc::bad_input && config.framing == Framing::tcp)
        return "this is not Modbus TCP; write rtu+tcp:// when a serial server stands before the board";
    if (answer.error == base::Errc::bad_input)
        return "check baud, parity and stop bits on both sides, A and B, and that nobody else asks on this "
               "line";
    if (config.framing == Framing::tcp)
        return "check the unit; write rtu+tcp:// when a serial server stands before the board";
    return "check the unit, baud, A and B, and 120 ohm at both ends; write tcp:// when the server speaks "
           "Modbus TCP";
}

} // namespace

// Over the driver's own connection: many serial servers accept one client only.
asio::awaitable<std::vector<TestStep>> ModbusDriver::self_test()
{
    std::vector<TestStep> steps;
    const bool connected = session_.line.connected();
    steps.push_back(
        test_step("connection", connected, connected ? "open" : session_.status.why,
                  "check cable, power and address, and that no other program holds the connection"));
    if (!connected) co_return steps;
    if (session_.config.inputs > 0) {
        const auto inputs = co_await watch_.look();
        steps.push_back(test_step("inputs", inputs.ok(), inputs.ok() ? "readable" : inputs.why(),
                                  remedy_for(inputs, session_.config)));
    }
    const auto relays = co_await board_.read_relays();
    steps.push_back(test_step("relays", relays.ok(), relays.ok() ? "readable" : relays.why(),
                              remedy_for(relays, session_.config)));
    steps.push_back(test_step("relays follow orders only", board_.linked().empty(),
                              board_.linked().empty() ? "no relay follows an input"
                                                      : "relays that follow an input: " + board_.linked(),
                              "set the control mode of these relays to normal (holding 1000 + relay: 0)"));
    test_gates(steps);
    co_return steps;
}

void ModbusDriver::test_gates(std::vector<TestStep>& steps) const
{
    for (const auto& gate : watch_.gates()) {
        const auto& config = gate->config();
        steps.push_back(test_step(fmt::format("gate {}", config.output), !gate->wiring_fault(),
                                  gate->describe(),
                                  "both limits are active at once: check their wiring and normally_closed"));
        // Not failures: what is not wired cannot be seen, and nothing is safe to try.
        if (!gate->up().wired())
            steps.push_back(test_step(fmt::format("gate {} upper limit", config.output), true,
                                      "not wired: that the gate rises is not confirmed", ""));
        if (!config.close)
            steps.push_back(test_step(fmt::format("gate {} close", config.output), true,
                                      "not wired: it closes by itself only", ""));
    }
}

} // namespace gatehouse::modbus
