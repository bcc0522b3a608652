#include "protocols/modbus/explain.hpp"
#include "protocols/modbus/pdu.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

// Recorded frames, one by one, with what each says. They lie beside the checkout, not in it.
namespace gatehouse::modbus {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/modbus/";

const std::vector<std::string> expected{
    "RTU, board 1: relay 0 on",
    "RTU, board 1: relay 0 off",
    "RTU, board 1: all relays on",
    "RTU, board 1: write 8 relays from 0",
    "RTU, board 1: relay 0 on for 700 ms",
    "RTU, board 1: relay 1 on for 800 ms",
    "RTU, board 1: relay 0 toggled",
    "RTU, board 1: read 8 relays from 0",
    "RTU, board 1: relays answered: 0",
    "RTU, board 1: read 8 inputs from 0",
    "RTU, board 1: inputs answered: 0 2",
    "RTU, board 1: relay 0 on",
    "RTU, board 1: refused function 5: " + describe(Exception::address),
    "RTU, board 1: read 1 holding registers from 16384",
    "RTU, board 1: read 8 holding registers from 4096",
    "RTU, board 1: register 1000 set to 0001",
    "RTU, board 0: register 4000 set to 0002",
    "TCP, transaction 1234, unit 1: relay 0 on",
    "TCP, transaction 1235, unit 1: read 8 inputs from 0",
    "TCP, transaction 1235, unit 1: inputs answered: 1",
    "TCP, transaction 1236, unit 1: refused function 5: " + describe(Exception::busy),
};

TEST(Fixtures, SayWhatTheirCommentsSay)
{
    std::ifstream in(folder + "relay-frames.hex", std::ios::binary);
    if (!in) GTEST_SKIP() << "no fixtures beside this checkout";
    std::stringstream text;
    text << in.rdbuf();
    const auto lines = explain_recording(text.str());
    EXPECT_EQ(lines, expected);
    for (const auto& line : lines)
        std::cout << "  relay-frames.hex: " << line << '\n';
}

TEST(Fixtures, AreAllListedHere)
{
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures beside this checkout";
    std::vector<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        there.push_back(entry.path().filename().string());
    EXPECT_EQ(there, std::vector<std::string>{"relay-frames.hex"});
}

TEST(Recording, OfSomethingElseIsCalledThat)
{
    EXPECT_EQ(explain_recording("hello\n> 01 02 03\n# comment\n\n< 1\n"),
              (std::vector<std::string>{
                  "not hexadecimal bytes",
                  "> no frame: neither the checksum of a serial line nor the head of Modbus TCP fits",
                  "< not hexadecimal bytes"}));
}

} // namespace
} // namespace gatehouse::modbus
