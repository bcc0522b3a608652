#include "protocols/modbus/config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gatehouse::modbus {
namespace {

using namespace std::chrono_literals;

struct Read {
    Config config;
    std::vector<std::string> wrong; // "path: text"
};

Read read(const std::string& keys, const std::string& address = "tcp://192.0.2.31",
          const std::string& kind = "barrier")
{
    Read out;
    config::Issues issues;
    auto table = config::Table::parse(keys, "test.toml", issues);
    config::DeviceConfig device;
    device.id = "gate-1";
    device.kind = kind;
    device.address = address;
    out.config = read_config(device, table);
    table.finish();
    for (const auto& issue : issues)
        out.wrong.push_back(issue.path + ": " + issue.text);
    return out;
}

const std::string small = "[[gate]]\nopen = 0\n";

TEST(ModbusConfig, NeedsNoMoreThanTheRelayThatOpens)
{
    const auto found = read(small);
    EXPECT_TRUE(found.wrong.empty()) << found.wrong[0];
    EXPECT_EQ(found.config.framing, Framing::tcp);
    EXPECT_EQ(found.config.target.port, 502);
    EXPECT_EQ(found.config.answer_max, 1000ms);
    ASSERT_EQ(found.config.gates.size(), 1u);
    EXPECT_EQ(found.config.gates[0].open, 0);
    EXPECT_FALSE(found.config.gates[0].close);
    EXPECT_FALSE(found.config.gates[0].up);
}

TEST(ModbusConfig, TakesTheFramingFromTheAddress)
{
    const auto server = read(small, "rtu+tcp://192.0.2.31").config;
    EXPECT_EQ(server.framing, Framing::rtu);
    EXPECT_EQ(server.target.port, 4196);
    EXPECT_EQ(read(small, "rtu+tcp://192.0.2.31:26").config.target.port, 26);
    const auto line = read(small, "serial:///dev/ttyUSB0?baud=19200&parity=even").config;
    EXPECT_EQ(line.framing, Framing::rtu);
    ASSERT_TRUE(line.target.serial);
    EXPECT_EQ(line.target.serial->baud, 19'200u);
    EXPECT_EQ(line.answer_max, 200ms);
}

TEST(ModbusConfig, RefusesAnAddressOfAnotherLanguage)
{
    for (const auto* address :
         {"", "http://192.0.2.31", "192.0.2.31", "tcp://", "serial://ttyUSB0", "tcp://a/b"})
        EXPECT_EQ(read(small, address).wrong.size(), 1u) << address;
}

TEST(ModbusConfig, KnowsWhichContactsAreNormallyClosed)
{
    const auto gate =
        read("[[gate]]\nopen = 0\nup = 0\nloop_safety = 3\nnormally_closed = [\"loop_safety\"]\n")
            .config.gates.at(0);
    EXPECT_FALSE(gate.up->normally_closed);
    EXPECT_TRUE(gate.loop_safety->normally_closed);
    EXPECT_EQ(gate.loop_safety->input, 3);
}

TEST(ModbusConfig, DoesNotCloseWhereNothingShowsWhoIsUnderTheBoom)
{
    const auto found = read("[[gate]]\nopen = 0\nclose = 1\n");
    ASSERT_EQ(found.wrong.size(), 1u);
    EXPECT_EQ(found.wrong[0],
              "gate[0].close: needs loop_safety: nothing else shows that nobody is under the boom");
}

TEST(ModbusConfig, FindsWhatCannotBeWiredLikeThat)
{
    EXPECT_EQ(read("").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nup = 0\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 8\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 0\nstop = 0\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 0\nup = 1\ndown = 1\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 0\n[[gate]]\nopen = 1\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 0\nnormally_closed = [\"roof\"]\n").wrong.size(), 1u);
    EXPECT_EQ(read("[[gate]]\nopen = 0\nclosing = 1\n").wrong.size(), 1u);
    EXPECT_EQ(read("echo = true\n" + small).wrong.size(), 1u);
    EXPECT_EQ(read(small, "tcp://192.0.2.31", "face").wrong.size(), 1u);
}

TEST(ModbusConfig, OfTheSampleIsRightWithEveryLineThatItShows)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/modbus/sample.toml");
    ASSERT_TRUE(in);
    std::stringstream text;
    text << in.rdbuf();
    std::string all;
    for (std::string line; std::getline(text, line);) {
        const bool key = line.starts_with("# ") && line.find(" = ") != std::string::npos;
        all += (key ? line.substr(2) : line) + '\n';
    }
    config::Issues issues;
    auto file = config::Table::parse(all, "sample.toml", issues);
    for (auto& table : file.tables("device")) {
        config::DeviceConfig device;
        device.kind = table.text("kind");
        device.address = table.text("address");
        for (const auto* common : {"id", "name", "protocol"})
            table.expect(common);
        const auto shown = read_config(device, table);
        table.finish();
        const auto usual = read(small).config;
        EXPECT_EQ(shown.poll_every, usual.poll_every);
        EXPECT_EQ(shown.pulse, usual.pulse);
        EXPECT_EQ(shown.rise_max, usual.rise_max);
        EXPECT_EQ(shown.gates.size(), 1u);
    }
    for (const auto& issue : issues)
        ADD_FAILURE() << config::to_string(issue);
}

} // namespace
} // namespace gatehouse::modbus
