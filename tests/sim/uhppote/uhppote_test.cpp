// The simulated UT0311 board: what it claims to be must hold before anything is proved with it.
#include "tests/sim/scene.hpp"
#include "tests/sim/uhppote/board_memory.hpp"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <array>

namespace gatehouse::sim::uhppote {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;
using Udp = asio::ip::udp;

constexpr std::uint32_t serial = 405419896;
const Udp::endpoint any_loopback(asio::ip::address_v4::loopback(), 0);

class SimulatedBoard : public Scene {
public:
    // The answer by UDP; empty when none came in `span`.
    asio::awaitable<std::string> ask(int code, std::string fields, std::chrono::milliseconds span = 300ms)
    {
        auto request = packet_of(code, serial, fields);
        co_return co_await ask_raw(std::move(request), span);
    }
    asio::awaitable<std::string> ask_raw(std::string request, std::chrono::milliseconds span)
    {
        const Udp::endpoint board(asio::ip::address_v4::loopback(), port());
        Udp::socket socket(io, any_loopback);
        socket.send_to(asio::buffer(request), board);
        auto answer = co_await next(socket, span);
        co_return answer;
    }
    static asio::awaitable<std::string> next(Udp::socket& socket, std::chrono::milliseconds span = 300ms)
    {
        std::array<char, 512> bytes{};
        Udp::endpoint from;
        const auto buffer = asio::buffer(bytes);
        const auto got =
            co_await (socket.async_receive_from(buffer, from, asio::use_awaitable) || pause(span));
        if (got.index() == 1) co_return std::string();
        co_return std::string(bytes.data(), std::get<0>(got));
    }
    std::string tell(const std::string& line) { return site->command(line); }
    std::string estate(const std::string& more = "") const
    {
        return "[[uhppote]]\nid=\"b\"\nlistener=\"127.0.0.1:" +
               std::to_string(listener.local_endpoint().port()) + "\"\n" + more;
    }

    Udp::socket listener{io, any_loopback};
};

TEST_F(SimulatedBoard, TellsWhoItIsByUdpAlsoWhenEverybodyIsAskedAndByTcp)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        auto everybody = packet_of(0x94, 0, "");
        const auto found = co_await test.ask_raw(std::move(everybody), 300ms);
        EXPECT_EQ(found.size(), 64U);
        EXPECT_EQ(u32_at(found, 4), serial);
        EXPECT_EQ(found.substr(26, 2), "\x08\x92");
        auto other = packet_of(0x94, 1, "");
        const auto silence = co_await test.ask_raw(std::move(other), 100ms);
        EXPECT_TRUE(silence.empty()) << "another board's number";
        Tcp::socket socket(test.io);
        const Tcp::endpoint board(asio::ip::address_v4::loopback(), test.port());
        co_await socket.async_connect(board, asio::use_awaitable);
        const auto request = packet_of(0x94, serial, "");
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string answer(64, '\0');
        co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
        EXPECT_EQ(answer.substr(0, 26), found.substr(0, 26));
    };
    run(estate(), scene(*this));
}

TEST_F(SimulatedBoard, PushesEachEventOnceAndAnswersForItByNumberAfterwards)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("emit b pass 8165538 door=3"), "ok");
        const auto pushed = co_await test.next(test.listener);
        EXPECT_EQ(pushed.substr(0, 2), "\x17\x20");
        EXPECT_EQ(u32_at(pushed, 8), 1U);
        EXPECT_EQ(pushed.substr(12, 3), "\1\1\3");
        EXPECT_EQ(u32_at(pushed, 16), 8165538U);
        EXPECT_EQ(test.tell("mute b on"), "ok");
        EXPECT_EQ(test.tell("emit b alarm"), "ok");
        const auto nothing = co_await test.next(test.listener, 100ms);
        EXPECT_TRUE(nothing.empty());
        auto last = u32(0xffffffff);
        const auto stored = co_await test.ask(0xb0, std::move(last));
        EXPECT_EQ(u32_at(stored, 8), 2U) << "its log goes on";
        EXPECT_EQ(byte_at(stored, 27), 38);
    };
    run(estate(), scene(*this));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("record":"2","type":"alarm","keyed":true)"));
}

TEST_F(SimulatedBoard, LosesItsOldestBlockWhenTheStoreIsFull)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("emit b pass count=10"), "ok");
        auto first = u32(0);
        const auto oldest = co_await test.ask(0xb0, std::move(first));
        EXPECT_EQ(u32_at(oldest, 8), 5U);
        auto gone = u32(2);
        const auto overwritten = co_await test.ask(0xb0, std::move(gone));
        EXPECT_EQ(byte_at(overwritten, 12), 0xff);
        auto beyond = u32(11);
        const auto never = co_await test.ask(0xb0, std::move(beyond));
        EXPECT_EQ(u32_at(never, 8), 0U);
    };
    run(estate("store_max=8\nblock=4\n"), scene(*this));
}

TEST_F(SimulatedBoard, OpensADoorOrRefusesOrOpensItAndSaysNothing)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        const auto done = co_await test.ask(0x40, "\2");
        EXPECT_EQ(byte_at(done, 8), 1);
        const auto status = co_await test.ask(0x20, "");
        EXPECT_EQ(byte_at(status, 49), 2) << "the relay of door 2";
        EXPECT_EQ(byte_at(status, 27), 44);
        EXPECT_EQ(test.tell("command b refuse"), "ok");
        const auto refused = co_await test.ask(0x40, "\1");
        EXPECT_EQ(byte_at(refused, 8), 0);
        EXPECT_EQ(test.tell("set b command silent"), "ok");
        const auto silence = co_await test.ask(0x40, "\1", 100ms);
        EXPECT_TRUE(silence.empty());
    };
    run(estate(), scene(*this));
    const auto text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("output":"door/2","action":"open","moved":true,"peer":"127.0.0.1:)"));
    EXPECT_THAT(text, HasSubstr(R"("output":"door/1","action":"open","moved":false)"));
    EXPECT_THAT(text, HasSubstr(R"("output":"door/1","action":"open","moved":true)"));
}

TEST_F(SimulatedBoard, KeepsCardsByTheirSlotsAndDecidesByThem)
{
    const auto card = u32(8165538) + "\x20\x26\x01\x01\x20\x29\x12\x31" + std::string("\1\0\0\0", 4) +
                      std::string("\x40\xe2\x01\0", 4); // PIN 123456
    CardTable table(2);
    EXPECT_TRUE(table.put(card));
    EXPECT_EQ(table.find(8165538), card);
    EXPECT_EQ(table.reason(8165538, 1, 20270101), 1);
    EXPECT_EQ(table.reason(8165538, 2, 20270101), 6) << "no right at this door";
    EXPECT_EQ(table.reason(8165538, 1, 20300101), 18) << "too late";
    EXPECT_FALSE(table.put(u32(0xffffffff) + card.substr(4)));
    EXPECT_TRUE(table.put(u32(2) + card.substr(4)));
    EXPECT_FALSE(table.put(u32(3) + card.substr(4))) << "no room";
    EXPECT_TRUE(table.remove(8165538));
    EXPECT_EQ(u32_at(table.at(1), 0), 0xffffffffU) << "a deleted slot";
    EXPECT_EQ(u32_at(table.at(2), 0), 2U);
    EXPECT_EQ(u32_at(table.at(3), 0), 0U) << "behind the last one";
    EXPECT_EQ(table.count(), 1U);
}

TEST_F(SimulatedBoard, IsGoneWhenItsNetworkIsCutAndRecordsOn)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("cut b on"), "ok");
        EXPECT_EQ(test.tell("emit b pass"), "ok");
        const auto silence = co_await test.ask(0x94, "", 100ms);
        EXPECT_TRUE(silence.empty());
        Tcp::socket socket(test.io);
        const Tcp::endpoint board(asio::ip::address_v4::loopback(), test.port());
        boost::system::error_code refused;
        co_await socket.async_connect(board, asio::redirect_error(asio::use_awaitable, refused));
        EXPECT_EQ(refused, asio::error::connection_refused);
        EXPECT_EQ(test.tell("cut b off"), "ok");
        const auto status = co_await test.ask(0x20, "");
        EXPECT_EQ(u32_at(status, 8), 1U);
        EXPECT_EQ(test.tell("reboot b 50ms"), "ok");
        const auto pushed = co_await test.next(test.listener, 2s);
        EXPECT_EQ(byte_at(pushed, 27), 28) << "power on";
    };
    run(estate(), scene(*this));
}

TEST_F(SimulatedBoard, SpoilsOneMessageTellsTwiceAndHasAClockOfItsOwn)
{
    const auto scene = [](SimulatedBoard& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("truncate b"), "ok");
        const auto half = co_await test.ask(0x94, "");
        EXPECT_EQ(half.size(), 32U);
        EXPECT_EQ(test.tell("garbage b"), "ok");
        EXPECT_EQ(test.tell("duplicate b on"), "ok");
        EXPECT_EQ(test.tell("emit b pass 100001"), "ok");
        const auto junk = co_await test.next(test.listener);
        EXPECT_NE(junk.size(), 64U);
        const auto one = co_await test.next(test.listener);
        const auto two = co_await test.next(test.listener);
        EXPECT_EQ(one.size(), 64U);
        EXPECT_EQ(one, two);
        EXPECT_EQ(test.tell("duplicate b off"), "ok");
        EXPECT_EQ(test.tell("clock_skew b -500000h"), "ok");
        const auto time = co_await test.ask(0x32, "");
        EXPECT_EQ(time.substr(8, 2), "\x19\x69");
        const auto now = bcd_time(BoardTime(std::chrono::seconds(1'800'000'000)));
        const auto set = co_await test.ask(0x30, now);
        EXPECT_EQ(set.substr(8, 7), now);
    };
    run(estate(), scene(*this));
    EXPECT_THAT(site->command("gb18030 b on"), HasSubstr("not of this make"));
}

} // namespace
} // namespace gatehouse::sim::uhppote
