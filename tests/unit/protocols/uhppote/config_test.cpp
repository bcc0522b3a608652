#include "protocols/uhppote/config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace gatehouse::uhppote {
namespace {

std::vector<std::string> issues_of(const std::string& keys, const std::string& address = "udp://192.0.2.31",
                                   const std::string& kind = "controller", Config* read = nullptr)
{
    config::DeviceConfig device;
    device.id = "dev-1";
    device.kind = kind;
    device.address = address;
    config::Issues issues;
    auto table = config::Table::parse(keys, "test.toml", issues);
    const auto config = read_config(device, table);
    table.finish();
    if (read != nullptr) *read = config;
    std::vector<std::string> texts;
    for (const auto& issue : issues)
        texts.push_back(to_string(issue));
    return texts;
}

TEST(UhppoteConfig, NeedsAnAddressAndASerialNumberAndNoMore)
{
    Config config;
    EXPECT_TRUE(issues_of("serial = 405419896", "udp://192.0.2.31", "controller", &config).empty());
    EXPECT_TRUE(config.udp);
    EXPECT_EQ(config.target.port, 60000);
    EXPECT_EQ(config.listen_port, 0);
    EXPECT_TRUE(issues_of("serial = 405419896", "tcp://192.0.2.31:60001", "controller", &config).empty());
    EXPECT_FALSE(config.udp);
    EXPECT_EQ(config.target.port, 60001);
}

TEST(UhppoteConfig, SaysWhatIsWrongAndWhatWouldBeRight)
{
    EXPECT_EQ(issues_of("").size(), 1u);
    EXPECT_EQ(issues_of("serial = 0").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1", "http://192.0.2.31").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1", "udp://board.example").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1", "udp://192.0.2.31", "camera").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1\ndoors = 5").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1\nlisten_port = 60000").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1\nlistening = \"arm\"").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1\nlisten_address = \"here\"").size(), 1u);
    EXPECT_EQ(issues_of("serial = 1\nliste_port = 60001").size(), 1u);
}

TEST(UhppoteConfig, TheSampleShowsEveryKeyWithItsDefault)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/uhppote/sample.toml");
    std::stringstream text;
    text << in.rdbuf();
    std::string keys = "serial = 405419896\n";
    std::string line;
    const std::regex shown("^# ([a-z_]+ = [^#]*[^# ]) *(#.*)?$");
    for (std::smatch match; std::getline(text, line);)
        if (std::regex_match(line, match, shown)) keys += match[1].str() + '\n';
    Config sample;
    EXPECT_EQ(issues_of(keys, "udp://192.0.2.31", "controller", &sample), std::vector<std::string>{});
    Config defaults;
    EXPECT_TRUE(issues_of("serial = 405419896", "udp://192.0.2.31", "controller", &defaults).empty());
    EXPECT_EQ(sample.request_max, defaults.request_max);
    EXPECT_EQ(sample.poll_every, defaults.poll_every);
    EXPECT_EQ(sample.backfill_every, defaults.backfill_every);
    EXPECT_EQ(sample.backfill_first, defaults.backfill_first);
    EXPECT_EQ(sample.live_max, defaults.live_max);
    EXPECT_EQ(sample.unproven_max, defaults.unproven_max);
    EXPECT_EQ(sample.modes_every, defaults.modes_every);
    EXPECT_EQ(sample.clock_offset_max, defaults.clock_offset_max);
    EXPECT_EQ(sample.doors, defaults.doors);
    EXPECT_EQ(std::count(keys.begin(), keys.end(), '\n'), 15);
}

} // namespace
} // namespace gatehouse::uhppote
