#pragma once
#include "tests/sim/modbus/relay_board.hpp"
#include "tests/site/day/played_machine.hpp"
#include "tests/site/scripted_device.hpp"

#include <array>
#include <memory>
#include <optional>

namespace gatehouse::site::day {

// A relay board with one old barrier behind it: the simulated boom and loops, told by the scripted device as
// the driver tells them. It is looked at only while something may move: at rest a day of looks would be most
// of the day's work.
class PlayedBoard final : public PlayedMachine {
public:
    PlayedBoard(std::unique_ptr<sim::modbus::RelayBoard> board, ScriptedDevice& device,
                asio::any_io_executor executor, base::Clock& clock);
    ~PlayedBoard() override;

    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> words) override;
    void cancel() override;

private:
    // An order of the gateway, by the buttons of the gate's controller.
    asio::awaitable<model::Outcome> carry_out(model::Command order);
    asio::awaitable<void> press(int relay);
    // Whether the input comes on within `patience`.
    asio::awaitable<bool> comes_on(int input, std::chrono::milliseconds patience);
    void switch_relay(int relay, bool on);
    void watch_for(std::chrono::milliseconds span);
    asio::awaitable<void> watch();
    void look();
    void push(model::Body body);

    std::unique_ptr<sim::modbus::RelayBoard> board_;
    ScriptedDevice& device_;
    base::Clock& clock_;
    base::TaskGroup group_;
    std::optional<model::BarrierPosition> position_; // as told last
    std::array<bool, 8> inputs_{};                   // the same
    base::MonoTime watch_until_{};
    bool watching_ = false;
    int told_ = 0;
};

} // namespace gatehouse::site::day
