// The simulated readers: what they claim to be must hold before anything is proved with them.
#include "tests/sim/osdp/reader.hpp"
#include "tests/sim/scene.hpp"

#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace gatehouse::sim::osdp {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;

std::string bytes_of(const std::string& digits)
{
    std::string out;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 3)
        out += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
    return out;
}

// A frame of the panel with CRC.
std::string asked(int address, int sequence, const std::string& content, const std::string& block = "")
{
    const auto size = static_cast<int>(5 + block.size() + content.size() + 2);
    std::string out{'\x53', static_cast<char>(address), static_cast<char>(size), '\0',
                    static_cast<char>(sequence | 4 | (block.empty() ? 0 : 8))};
    out += block + content;
    return '\xff' + out + crc(out);
}

class SimulatedReaders : public Scene {
public:
    asio::awaitable<void> connect()
    {
        const Tcp::endpoint line(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(line, asio::use_awaitable);
    }
    // What comes back within `span`, without mark; empty: nothing.
    asio::awaitable<std::string> ask(std::string frame, std::chrono::milliseconds span = 200ms)
    {
        co_await asio::async_write(socket, asio::buffer(frame), asio::use_awaitable);
        std::string bytes(300, '\0');
        const auto buffer = asio::buffer(bytes);
        const auto got = co_await (socket.async_read_some(buffer, asio::use_awaitable) || pause(span));
        if (got.index() == 1) co_return std::string();
        bytes.resize(std::get<0>(got));
        co_return bytes.substr(1);
    }
    std::string tell(const std::string& words) { return site->command(words); }

    Tcp::socket socket{io};
};

TEST(SimulatedOsdp, HasTheChecksOfTheStandard)
{
    EXPECT_EQ(crc(bytes_of("53 00 09 00 04 61 00")), bytes_of("c0 66"));
    EXPECT_EQ(checksum(bytes_of("53 00 08 00 00 61 00")), bytes_of("44"));
    std::string buffer = bytes_of("00 53 53 00 08 00 06 60 89 cc 53");
    const auto question = take_question(buffer);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->code, 0x60);
    EXPECT_EQ(buffer, "\x53");
}

TEST(SimulatedOsdp, MakesTheKeysOfAnnexE)
{
    const auto enc = aes("0123456789:;<=>?", bytes_of("01 82 b0 b1 b2 b3 b4 b5") + std::string(8, '\0'));
    EXPECT_EQ(enc, bytes_of("bf 8d c2 a8 32 9a cb 8c 67 c6 d0 cd 9a 45 16 82"));
    EXPECT_EQ(aes_open(enc, aes(enc, padded("card", true), std::string(16, 'x')), std::string(16, 'x')),
              padded("card", true));
    EXPECT_EQ(wiegand26(66458), bytes_of("80 81 cd 40"));
}

TEST_F(SimulatedReaders, TellACardOnceAndKnowWhenItArrived)
{
    const auto scene = [](SimulatedReaders& test) -> asio::awaitable<void> {
        co_await test.connect();
        auto frame = asked(0, 0, "\x61" + std::string(1, '\0'));
        const auto identity = co_await test.ask(std::move(frame));
        EXPECT_EQ(identity.at(5), '\x45');
        EXPECT_EQ(test.tell("emit r pass 66458"), "ok");
        const auto poll = asked(0, 1, "\x60");
        const auto card = co_await test.ask(poll);
        EXPECT_EQ(card.substr(5, 9), bytes_of("50 00 01 1a 00 80 81 cd 40"));
        const auto again = co_await test.ask(poll);
        EXPECT_EQ(again, card) << "a repeat has the same answer";
        auto next = asked(0, 2, "\x60");
        const auto nothing = co_await test.ask(std::move(next));
        EXPECT_EQ(nothing.at(5), '\x40');
        auto wrong = asked(0, 2, "\x64");
        const auto refused = co_await test.ask(std::move(wrong));
        EXPECT_EQ(refused.substr(5, 2), "\x41\x04");
    };
    run("[[osdp]]\nid=\"r\"\n", scene(*this));
    const auto text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("record":"pass-1","type":"pass","keyed":false)"));
    EXPECT_THAT(text, HasSubstr(R"("e":"acked","device":"r","record":"pass-1")"));
}

TEST_F(SimulatedReaders, UnlockAndRefuseAndKeepSilent)
{
    const auto scene = [](SimulatedReaders& test) -> asio::awaitable<void> {
        co_await test.connect();
        const auto open = std::string("\x68\0\5\x0a\0", 5);
        auto first = asked(5, 0, "\x60");
        (void)co_await test.ask(std::move(first));
        auto order = asked(5, 1, open);
        const auto taken = co_await test.ask(std::move(order));
        EXPECT_EQ(taken.at(5), '\x40');
        auto look = asked(5, 2, "\x66");
        const auto outputs = co_await test.ask(std::move(look));
        EXPECT_EQ(outputs.substr(5, 3), std::string("\x4a\1\0", 3));
        EXPECT_EQ(test.tell("command r refuse"), "ok");
        auto second = asked(5, 3, open);
        const auto refused = co_await test.ask(std::move(second));
        EXPECT_EQ(refused.substr(5, 2), "\x41\x09");
        EXPECT_EQ(test.tell("command r silent"), "ok");
        auto third = asked(5, 1, open);
        const auto silence = co_await test.ask(std::move(third), 50ms);
        EXPECT_TRUE(silence.empty());
        EXPECT_EQ(test.tell("absent r on reader=2"), "ok");
        auto fourth = asked(5, 2, "\x60");
        const auto absent = co_await test.ask(std::move(fourth), 50ms);
        EXPECT_TRUE(absent.empty());
        EXPECT_EQ(test.tell("absent r off reader=2"), "ok");
        EXPECT_EQ(test.tell("mute r on"), "ok");
        auto poll = asked(5, 2, "\x60");
        const auto muted = co_await test.ask(std::move(poll), 50ms);
        EXPECT_TRUE(muted.empty());
        auto status = asked(5, 2, "\x64");
        const auto told = co_await test.ask(std::move(status));
        EXPECT_EQ(told.at(5), '\x48') << "any other question is answered";
    };
    run("[[osdp]]\nid=\"r\"\naddresses=[\"0\",\"5\"]\n", scene(*this));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"door/2","action":"open","moved":true)"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"door/2","action":"open","moved":false)"));
    EXPECT_THAT(site->command("picture r on"), HasSubstr("not of this make"));
    EXPECT_THAT(site->command("clock_skew r 5s"), HasSubstr("not of this make"));
}

TEST_F(SimulatedReaders, WantASecureChannelWhenStrictAndDropAWrongKey)
{
    const auto scene = [](SimulatedReaders& test) -> asio::awaitable<void> {
        co_await test.connect();
        auto plain = asked(0, 0, "\x60");
        const auto refused = co_await test.ask(std::move(plain));
        EXPECT_EQ(refused.substr(5, 2), "\x41\x06");
        auto challenge = asked(0, 0, "\x76" + std::string("12345678"), std::string("\3\x11\0", 3));
        const auto challenged = co_await test.ask(std::move(challenge));
        EXPECT_EQ(challenged.substr(5, 4), std::string("\3\x12\0\x76", 4));
        auto wrong = asked(0, 1, "\x77" + std::string(16, 'x'), std::string("\3\x13\0", 3));
        const auto failed = co_await test.ask(std::move(wrong));
        EXPECT_EQ(failed.substr(5, 4), "\3\x14\xff\x78");
        EXPECT_EQ(test.tell("garbage r"), "ok");
        auto again = asked(0, 2, "\x61" + std::string(1, '\0'));
        const auto noisy = co_await test.ask(std::move(again));
        EXPECT_THAT(noisy, HasSubstr("junk"));
    };
    run("[[osdp]]\nid=\"r\"\nstrict=true\n", scene(*this));
}

} // namespace
} // namespace gatehouse::sim::osdp
