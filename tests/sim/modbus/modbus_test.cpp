// The simulated relay board and its barriers: what they claim to be must hold before anything is proved with
// them.
#include "tests/sim/modbus/frames.hpp"
#include "tests/sim/modbus/gate.hpp"
#include "tests/sim/scene.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace gatehouse::sim::modbus {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;

const std::string read_inputs("\x02\x00\x00\x00\x08", 5);
const std::string read_relays("\x01\x00\x00\x00\x08", 5);
const std::string pulse_open("\x05\x02\x00\x00\x05", 5); // 500 ms
const std::string pulse_close("\x05\x02\x01\x00\x05", 5);

class SimulatedRelays : public Scene {
public:
    // The whole answer frame by Modbus TCP; empty when none came in `span`.
    asio::awaitable<std::string> ask(std::string pdu, std::chrono::milliseconds span = 300ms)
    {
        Tcp::socket socket(io);
        const Tcp::endpoint board(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(board, asio::use_awaitable);
        const auto request = word(7) + word(0) + word(static_cast<int>(pdu.size()) + 1) + '\1' + pdu;
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string bytes(300, '\0');
        const auto buffer = asio::buffer(bytes);
        const auto got = co_await (socket.async_read_some(buffer, asio::use_awaitable) || pause(span));
        if (got.index() == 1) co_return std::string();
        bytes.resize(std::get<0>(got));
        co_return bytes;
    }
    asio::awaitable<int> inputs()
    {
        std::string pdu = read_inputs;
        const auto answer = co_await ask(std::move(pdu));
        co_return answer.size() < 10 ? -1 : static_cast<unsigned char>(answer[9]);
    }
    std::string tell(const std::string& line) { return site->command(line); }
};

TEST(SimulatedFrames, CarryTheChecksumOfTheBoardsManual)
{
    // Waveshare: relay 0 on.
    const std::string manual("\x01\x05\x00\x00\xff\x00\x8c\x3a", 8);
    std::string buffer = manual;
    const auto question = take_question(Framing::rtu, buffer);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->pdu, manual.substr(1, 5));
    EXPECT_EQ(frame(Framing::rtu, *question, question->pdu, false), manual);
    EXPECT_NE(frame(Framing::rtu, *question, question->pdu, true), manual);
}

TEST(SimulatedGate, TravelsBetweenItsLimitsAndHitsWhoStandsUnderIt)
{
    Gate gate;
    const base::MonoTime start(1h);
    gate.move_on(start);
    EXPECT_TRUE(gate.down());
    gate.press_open(start);
    gate.move_on(start + 700ms);
    EXPECT_FALSE(gate.down() || gate.up());
    gate.move_on(start + 1600ms);
    EXPECT_TRUE(gate.up());
    gate.loop_safety = true;
    gate.press_close(start + 2s);
    gate.move_on(start + 4s);
    EXPECT_EQ(gate.hits(), 1);
    gate.press_open(start + 5s);
    gate.move_on(start + 7s);
    gate.reverses = true;
    gate.press_close(start + 8s);
    for (auto now = start + 8s; now < start + 12s; now += 100ms)
        gate.move_on(now);
    EXPECT_TRUE(gate.up()) << "its own controller sent it up again";
    gate.mood = BoomMood::off;
    EXPECT_TRUE(gate.fault());
}

TEST(SimulatedGate, MovesAlsoWhenItIsLookedAtInTheMomentOfTheOrder)
{
    Gate gate;
    const base::MonoTime start(1h);
    gate.press_open(start);
    gate.move_on(start);
    gate.move_on(start + 2s);
    EXPECT_TRUE(gate.up());
}

TEST_F(SimulatedRelays, RaiseTheBoomByAPulseThatTheBoardTimes)
{
    const auto scene = [](SimulatedRelays& test) -> asio::awaitable<void> {
        const int before = co_await test.inputs();
        EXPECT_EQ(before, 2) << "the lower limit";
        std::string pdu = pulse_open;
        const auto taken = co_await test.ask(std::move(pdu));
        EXPECT_EQ(taken, word(7) + word(0) + word(6) + '\1' + pulse_open);
        std::string relays = read_relays;
        const auto on = co_await test.ask(relays);
        EXPECT_EQ(on.at(9), '\1');
        co_await pause(700ms);
        const auto off = co_await test.ask(std::move(relays));
        EXPECT_EQ(off.at(9), '\0');
        const int after = co_await test.inputs();
        EXPECT_EQ(after, 1) << "the upper limit";
    };
    run("[[modbus]]\nid=\"m\"\ntravel=\"100ms\"\n", scene(*this));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"barrier/1","action":"open","moved":true)"));
}

TEST_F(SimulatedRelays, CountWhatPassesOverTheLoopsAlsoBetweenTwoLooks)
{
    const auto scene = [](SimulatedRelays& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("emit m pass"), "ok");
        const int entry = co_await test.inputs();
        EXPECT_EQ(entry, 2 + 4);
        co_await pause(1100ms);
        const int under = co_await test.inputs();
        EXPECT_EQ(under, 1 + 4 + 8) << "the boom was raised for it";
        EXPECT_EQ(test.tell("emit m alarm lasts=50ms"), "ok");
        co_await pause(1500ms);
        const int gone = co_await test.inputs();
        EXPECT_EQ(gone, 2);
        const auto counters = co_await test.ask(std::string("\x04\x01\x00\x00\x08", 5));
        EXPECT_EQ(counters.substr(9),
                  word(1) + word(1) + word(1) + word(1) + word(0) + word(0) + word(1) + word(0));
    };
    run("[[modbus]]\nid=\"m\"\ncounters=256\ntravel=\"100ms\"\n", scene(*this));
    const auto text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("type":"pass","keyed":false)"));
    EXPECT_THAT(text, HasSubstr(R"("type":"alarm","keyed":false)"));
}

TEST_F(SimulatedRelays, LowerTheBoomBehindTheLastOneTheyWereToldToOpenForIfTheyDoThatByThemselves)
{
    const auto scene = [](SimulatedRelays& test) -> asio::awaitable<void> {
        const auto taken = co_await test.ask(pulse_open);
        EXPECT_FALSE(taken.empty());
        co_await pause(200ms);
        EXPECT_EQ(test.tell("emit m pass"), "ok");
        co_await pause(2s);
        const int gone = co_await test.inputs();
        EXPECT_EQ(gone, 2) << "the lower limit";
    };
    run("[[modbus]]\nid=\"m\"\ntravel=\"100ms\"\nlowers=true\n", scene(*this));
}

TEST_F(SimulatedRelays, RefuseStayStuckAndComeBackOnAfterAPowerCut)
{
    const auto scene = [](SimulatedRelays& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("command m refuse"), "ok");
        const auto refused = co_await test.ask(pulse_open);
        EXPECT_EQ(refused.substr(7), "\x85\x04");
        EXPECT_EQ(test.tell("command m silent"), "ok");
        const auto silence = co_await test.ask(pulse_open, 100ms);
        EXPECT_TRUE(silence.empty());
        EXPECT_EQ(test.tell("command m ok"), "ok");
        EXPECT_EQ(test.tell("boom m stuck"), "ok");
        const auto taken = co_await test.ask(pulse_close);
        EXPECT_EQ(taken.substr(7), pulse_close);
        EXPECT_EQ(test.tell("relay m 2 on"), "ok");
        EXPECT_EQ(test.tell("set m restore on"), "ok");
        EXPECT_EQ(test.tell("reboot m 20ms"), "ok");
        co_await pause(100ms);
        const auto relays = co_await test.ask(read_relays);
        EXPECT_EQ(relays.at(9) & 4, 4) << "restored";
        EXPECT_EQ(test.tell("exception m 6"), "ok");
        const auto busy = co_await test.ask(read_inputs);
        EXPECT_EQ(busy.substr(7), "\x82\x06");
        EXPECT_EQ(test.tell("exception m 0"), "ok");
        EXPECT_EQ(test.tell("mute m on"), "ok");
        const auto nothing = co_await test.ask(read_inputs, 100ms);
        EXPECT_TRUE(nothing.empty());
        const auto still = co_await test.ask(read_relays);
        EXPECT_FALSE(still.empty());
    };
    run("[[modbus]]\nid=\"m\"\ntravel=\"100ms\"\n", scene(*this));
    const auto text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("action":"close","moved":false)"));
    EXPECT_THAT(site->command("picture m on"), HasSubstr("not of this make"));
}

TEST_F(SimulatedRelays, SpeakRtuBehindASerialServerAndSpoilOneAnswer)
{
    const auto scene = [](SimulatedRelays& test) -> asio::awaitable<void> {
        Tcp::socket socket(test.io);
        const Tcp::endpoint board(asio::ip::address_v4::loopback(), test.port());
        co_await socket.async_connect(board, asio::use_awaitable);
        const std::string request("\x01\x05\x00\x00\xff\x00\x8c\x3a", 8);
        EXPECT_EQ(test.tell("bad_sum m"), "ok");
        EXPECT_EQ(test.tell("duplicate m on"), "ok");
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string answer(16, '\0');
        co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
        EXPECT_EQ(answer.substr(0, 6), request.substr(0, 6));
        EXPECT_NE(answer.substr(0, 8), request);
        EXPECT_EQ(answer.substr(0, 8), answer.substr(8)) << "twice";
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
        EXPECT_EQ(answer, request + request);
    };
    run("[[modbus]]\nid=\"m\"\nframing=\"rtu\"\n", scene(*this));
}

} // namespace
} // namespace gatehouse::sim::modbus
