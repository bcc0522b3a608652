#include "tests/unit/protocols/modbus/session_fixture.hpp"

namespace gatehouse::modbus {
namespace {

using model::LinkState;
using model::Status;

// The same board behind a serial server, or on a line of our own.
class ModbusRtuSession : public ModbusSession {
protected:
    ModbusRtuSession()
    {
        address = "serial:///dev/ttyUSB0";
        device.rtu = true;
    }
};

TEST_F(ModbusSession, KeepsADistanceBetweenTwoQuestions)
{
    start("spacing = \"20ms\"");
    open();
    pass(5s);
    for (std::size_t i = 1; i < device.asked_at.size(); ++i)
        EXPECT_GE(device.asked_at[i] - device.asked_at[i - 1], 25ms) << i; // 5 ms for the answer
}

TEST_F(ModbusSession, LetsAnOrderGoBeforeAReadThatIsTriedAgain)
{
    start();
    device.answers_lost = 1'000;
    pass(200ms); // a poll waits for its answer
    const auto before = clock.now();
    const auto answer = order(model::Action::barrier_open);
    pass(2s);
    ASSERT_EQ(device.count(pulse(0)), 1u);
    const auto at = std::find(device.asked.begin(), device.asked.end(), pulse(0)) - device.asked.begin();
    EXPECT_LE(device.asked_at.at(static_cast<std::size_t>(at)) - before, 1200ms);
    device.answers_lost = 0;
    pass(20s);
}

TEST_F(ModbusSession, TellsAnAnswerByItsTransactionAlsoWhenTheUnitIsIgnored)
{
    device.names_other_unit = true;
    start();
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(open().status, Status::confirmed);
}

TEST_F(ModbusSession, DoesNotTakeALateAnswerForTheAnswerToTheNextQuestion)
{
    start();
    device.answers_after = 1100ms; // each answer comes after its question was given up
    pass(20s);
    EXPECT_EQ(links().back(), LinkState::down);
    EXPECT_GT(counted("gatehouse_modbus_flaws_total", "foreign"), 0u);
}

TEST_F(ModbusSession, IgnoresASecondAnswer)
{
    device.answers_twice = true;
    start();
    EXPECT_EQ(open().status, Status::confirmed);
    EXPECT_EQ(links(), std::vector{LinkState::up});
}

TEST_F(ModbusSession, NoticesThatWhatAnswersIsNotModbusTcp)
{
    device.foreign = "HTTP/1.1 400 Bad Request\r\n";
    start();
    pass(10s);
    EXPECT_EQ(links(), std::vector{LinkState::down});
    EXPECT_EQ(driver->status().why, "what came is no answer that can be read");
}

TEST_F(ModbusSession, ConnectsAgainWhenTheServerClosesTheConnection)
{
    start();
    inside([this] { device.cut(); });
    pass(40s);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::down, LinkState::up}));
    EXPECT_EQ(device.connections, 2);
}

TEST_F(ModbusSession, ComesBackSlowlyToAServerThatDoesNotAccept)
{
    device.present = false;
    start();
    pass(10min);
    EXPECT_LT(device.targets.size(), 80u);
    EXPECT_GT(device.targets.size(), 20u); // at most 30 s between two
    device.present = true;
    pass(31s);
    EXPECT_EQ(links(), (std::vector{LinkState::down, LinkState::up}));
}

TEST_F(ModbusSession, WaitsForBoardsThatAnswerWhenThePulseIsOver)
{
    device.answers_after_pulse = true;
    start("pulse = \"2s\"");
    EXPECT_EQ(open().status, Status::confirmed);
    EXPECT_EQ(taken.size(), 1u);
}

TEST_F(ModbusRtuSession, SpeaksWithChecksums)
{
    start();
    ASSERT_TRUE(device.targets.at(0).serial);
    EXPECT_EQ(device.targets[0].serial->device, "/dev/ttyUSB0");
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(open().status, Status::confirmed);
}

TEST_F(ModbusRtuSession, SpeaksTheSameOverTcp)
{
    address = "rtu+tcp://192.0.2.31:26";
    start();
    EXPECT_EQ(device.targets.at(0).port, 26);
    EXPECT_EQ(open().status, Status::confirmed);
}

TEST_F(ModbusRtuSession, LooksPastTheFramesOfOthers)
{
    device.foreign = std::string("\x02\x01\x01\x01\x51\x88\x01\x02\x00\x00\x00\x08\x79\xcc\x55", 15);
    start();
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(open().status, Status::confirmed);
    EXPECT_GT(counted("gatehouse_modbus_flaws_total", "foreign"), 0u);
}

TEST_F(ModbusRtuSession, DoesNotBelieveAWrongChecksum)
{
    device.wrong_checksum = true;
    start();
    pass(10s);
    EXPECT_EQ(links(), std::vector{LinkState::down});
    EXPECT_EQ(driver->status().why, "what came is no answer that can be read");
    EXPECT_GT(counted("gatehouse_modbus_flaws_total", "unreadable"), 0u);
    EXPECT_TRUE(positions().empty());
}

TEST_F(ModbusRtuSession, RepeatsNoOrderWhoseAnswerCannotBeRead)
{
    start();
    const auto answer = order(model::Action::barrier_open);
    device.wrong_checksum = true;
    pass(1s);
    device.wrong_checksum = false;
    pass(20s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ(device.count(pulse(0)), 1u);
}

TEST_F(ModbusRtuSession, DoesNotHearAnotherBoard)
{
    start("unit = 2");
    pass(10s);
    EXPECT_EQ(links(), std::vector{LinkState::down});
}

TEST_F(ModbusRtuSession, WaitsOutALateAnswerBeforeItAsksAgain)
{
    start();
    const auto before = device.asked.size();
    device.answers_after = 250ms; // the limit is 200 ms
    pass(2s);
    EXPECT_EQ(counted("gatehouse_modbus_flaws_total", "foreign"), 0u);
    for (auto i = before + 1; i < device.asked_at.size(); ++i)
        EXPECT_GE(device.asked_at[i] - device.asked_at[i - 1], 400ms) << i;
    EXPECT_GT(counted("gatehouse_modbus_flaws_total", "time_out"), 0u);
}

TEST_F(ModbusRtuSession, DropsTheEchoOfAnAdapterThatHearsItself)
{
    device.echoes = true;
    start("echo = true");
    EXPECT_EQ(links(), std::vector{LinkState::up});
    device.exceptions[5] = 4; // the echo must not pass for the board's answer
    EXPECT_EQ(open().code, "device_refused");
    device.exceptions.clear();
    EXPECT_EQ(open().status, Status::confirmed);
}

} // namespace
} // namespace gatehouse::modbus
