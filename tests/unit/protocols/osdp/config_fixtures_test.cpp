#include "protocols/osdp/config.hpp"
#include "protocols/osdp/explain.hpp"
#include "protocols/osdp/messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace gatehouse::osdp {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

struct Read {
    Config config;
    Strings wrong; // "path: text"
};

Read read(const std::string& keys, const std::string& address = "tcp://192.0.2.31",
          const std::string& kind = "controller")
{
    Read out;
    config::Issues issues;
    auto table = config::Table::parse(keys, "test.toml", issues);
    config::DeviceConfig device;
    device.id = "line-1";
    device.kind = kind;
    device.address = address;
    out.config = read_config(device, table);
    table.finish();
    for (const auto& issue : issues)
        if (!issue.warning) out.wrong.push_back(issue.path + ": " + issue.text);
    return out;
}

const std::string small = "[[reader]]\n";
const std::string key = "key = \"00112233445566778899aabbccddeeff\"\n";

TEST(OsdpConfig, NeedsNoMoreThanAReader)
{
    const auto found = read(small);
    EXPECT_TRUE(found.wrong.empty()) << found.wrong[0];
    EXPECT_EQ(found.config.target.port, 4196);
    EXPECT_EQ(found.config.answer_max, 300ms);
    ASSERT_EQ(found.config.readers.size(), 1u);
    EXPECT_EQ(found.config.readers[0].number, 1);
    EXPECT_EQ(found.config.readers[0].security, Security::off);
    EXPECT_FALSE(found.config.readers[0].door_output);
}

TEST(OsdpConfig, KnowsASerialLine)
{
    const auto found = read(small, "serial:///dev/ttyUSB0?baud=115200");
    EXPECT_TRUE(found.wrong.empty());
    ASSERT_TRUE(found.config.target.serial);
    EXPECT_EQ(found.config.answer_max, 250ms);
    EXPECT_EQ(read(small, "serial:///dev/ttyUSB0?baud=4800").wrong.size(), 1u);
    EXPECT_EQ(read(small, "serial:///dev/ttyUSB0?parity=even").wrong.size(), 1u);
}

TEST(OsdpConfig, SealsWhereAKeyIsGiven)
{
    const auto reader = read(small + key + "install = true\n").config.readers.at(0);
    EXPECT_EQ(reader.security, Security::own_key);
    EXPECT_TRUE(reader.key);
    EXPECT_TRUE(reader.install);
}

TEST(OsdpConfig, FindsWhatCannotBe)
{
    EXPECT_EQ(read("").wrong.size(), 1u);
    EXPECT_EQ(read(small + small).wrong.size(), 1u); // one address twice
    EXPECT_EQ(read(small + "[[reader]]\naddress = 1\nnumber = 1\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "door_output = 0\n[[reader]]\naddress = 1\ndoor_output = 0\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "address = 127\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "key = \"1234\"\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "key = \"303132333435363738393a3b3c3d3e3f\"\n").wrong.size(),
              1u); // everybody has it
    EXPECT_EQ(read(small + "security = \"own_key\"\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + key + "security = \"off\"\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "install = true\n").wrong.size(), 1u);
    EXPECT_EQ(read(small + "colour = \"red\"\n").wrong.size(), 1u);
    EXPECT_EQ(read(small, "tcp://192.0.2.31", "plate").wrong.size(), 1u);
    for (const auto* address :
         {"", "http://192.0.2.31", "192.0.2.31", "tcp://", "serial://ttyUSB0", "tcp://a/b"})
        EXPECT_EQ(read(small, address).wrong.size(), 1u) << address;
}

TEST(OsdpConfig, OfTheSampleIsRightWithEveryLineThatItShows)
{
    std::ifstream in(GATEHOUSE_SOURCE_DIR "/protocols/osdp/sample.toml");
    ASSERT_TRUE(in);
    std::string all;
    for (std::string line; std::getline(in, line);) {
        const bool shown = line.starts_with("# ") && line.find(" = ") != std::string::npos && line[2] != ' ';
        // No credential is there to be read: a key in its place.
        if (line.starts_with("# key = ")) line = "# " + key.substr(0, key.size() - 1);
        all += (shown ? line.substr(2) : line) + '\n';
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
        EXPECT_EQ(shown.answer_max, usual.answer_max);
        EXPECT_EQ(shown.open_for, usual.open_for);
        ASSERT_EQ(shown.readers.size(), 1u);
        EXPECT_EQ(shown.readers[0].card, usual.readers[0].card);
        EXPECT_EQ(shown.readers[0].signal, usual.readers[0].signal);
    }
    for (const auto& issue : issues)
        if (!issue.warning) ADD_FAILURE() << config::to_string(issue);
}

// ---- recorded frames, file by file; they lie beside the checkout, not in it ----

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/osdp/";

std::optional<std::string> fixture(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(OsdpFixtures, AreAllListedHere)
{
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures beside this checkout";
    Strings there;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        there.push_back(entry.path().filename().string());
    std::sort(there.begin(), there.end());
    EXPECT_EQ(there, (Strings{"cp-commands.hex", "parser-frames.hex", "recorded.hex",
                              "secure-channel-vectors.json", "trace.osdpcap"}));
}

TEST(OsdpFixtures, ForAParserSayWhatTheirCommentsSay)
{
    const auto text = fixture("parser-frames.hex");
    if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
    const Strings expected{
        "to reader 101, number 0, CRC: POLL",
        "to reader 101, number 0, checksum: POLL",
        "to reader 101, number 0, CRC: ID: 1 bytes",
        "to reader 101, number 0, CRC: CHLNG: 8 bytes",
        "reader 101, number 1, checksum: ACK",
        "reader 101, number 1, CRC: NAK: " + describe_nak(1),
        "reader 101, number 1, checksum: CCRYPT, block 12 01",
        "reader 101, number 1, CRC: RMAC_I, block 14 01",
        "no frame: its security block cannot be",
        "no frame: its security block cannot be",
        "reader 101, number 1, checksum: ACK, sealed", // whole; its MAC is judged in a session
        "no frame: its check is wrong",
        "no frame: its length cannot be",
        "no frame: its length cannot be",
        "to reader 127, number 0, CRC: COMSET: address 0, 9600 baud",
        "to reader 0, number 0, CRC: ID: 1 bytes",
        "to reader 127, number 0, checksum: COMSET: address 0, 9600 baud",
        "to reader 0, number 0, checksum: ID: 1 bytes",
    };
    EXPECT_EQ(explain_recording(*text), expected);
}

TEST(OsdpFixtures, OfRealReadersAreRead)
{
    const auto text = fixture("recorded.hex");
    const auto trace = fixture("trace.osdpcap");
    if (!text || !trace) GTEST_SKIP() << "no fixtures beside this checkout";
    const std::string pdid = "reader 0, number 2, CRC: PDID: vendor 000ee3, model 16, firmware 35.6.6";
    const std::string buzzer = "to reader 0, number 2, CRC: BUZ: 5 bytes";
    EXPECT_EQ(explain_recording(*text), (Strings{"reader 0, number 1, CRC: ACK", pdid, buzzer}));
    EXPECT_EQ(explain_recording(*trace), (Strings{pdid, buzzer}));
}

// Each command in three forms: sealed under keys of zeros, with CRC, with checksum. We write the same bytes.
TEST(OsdpFixtures, OfCommandsAreWhatWeWrite)
{
    const auto text = fixture("cp-commands.hex");
    if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
    std::istringstream in(*text);
    std::string title;
    int sealed = 0;
    int written = 0;
    std::vector<std::pair<std::string, Bytes>> frames;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) title = line.substr(2);
        if (line.empty() || line.starts_with('#')) continue;
        Bytes bytes;
        std::istringstream digits(line);
        for (std::string two; digits >> two;)
            bytes.push_back(static_cast<std::uint8_t>(std::stoi(two, nullptr, 16)));
        frames.emplace_back(title, bytes);
    }
    std::map<std::string, Frame> by_name;
    for (const auto& [name, bytes] : frames) {
        const auto found = find_frame(bytes);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->skipped, 1u) << name;
        EXPECT_EQ(encode(found->frame), bytes) << name;
        EXPECT_FALSE(name_of(found->frame.code, false).empty()) << name;
        if (name.ends_with(" crc")) by_name[name.substr(0, name.size() - 4)] = found->frame;
        ++written;
    }
    for (const auto& [name, bytes] : frames) {
        if (!name.ends_with(" secure")) continue;
        auto frame = by_name.at(name.substr(0, name.size() - 7));
        SecureChannel channel(SessionKeys{}, Block{});
        channel.seal(frame);
        EXPECT_EQ(encode(frame), bytes) << name;
        ++sealed;
    }
    EXPECT_EQ(written, 36);
    EXPECT_EQ(sealed, 12);
}

TEST(OsdpFixtures, OfTheSecureChannelHold)
{
    const auto text = fixture("secure-channel-vectors.json");
    if (!text) GTEST_SKIP() << "no fixtures beside this checkout";
    const auto value = [&](const std::string& name) {
        const auto at = text->find('"' + name + "\": \"");
        if (at == std::string::npos) return std::string();
        const auto from = at + name.size() + 5;
        return text->substr(from, text->find('"', from) - from);
    };
    const auto rnd = [&](const std::string& name) {
        const auto digits = value(name);
        const auto block = parse_key(digits + digits).value_or(Block{});
        return Bytes(block.begin(), block.begin() + 8);
    };
    const auto keys = session_keys(parse_key(value("scbk_d")).value(), rnd("rnd_a"));
    EXPECT_EQ(keys.enc, parse_key(value("s_enc")));
    EXPECT_EQ(keys.mac1, parse_key(value("s_mac1")));
    EXPECT_EQ(keys.mac2, parse_key(value("s_mac2")));
    EXPECT_EQ(reader_cryptogram(keys, rnd("rnd_a"), rnd("rnd_b")), parse_key(value("pd_cryptogram")));
    const auto ours = panel_cryptogram(keys, rnd("rnd_a"), rnd("rnd_b"));
    EXPECT_EQ(ours, parse_key(value("cp_cryptogram")));
    EXPECT_EQ(first_mac(keys, ours), parse_key(value("rmac_i")));
}

TEST(OsdpRecording, OfSomethingElseIsCalledThat)
{
    EXPECT_EQ(explain_recording("hello\n> 01 02 03\n# comment\n\n< 1\n{}\n< 53 80 08\n"),
              (Strings{"not hexadecimal bytes", "no frame", "not hexadecimal bytes", "no frame: cut off"}));
}

} // namespace
} // namespace gatehouse::osdp
