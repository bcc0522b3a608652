#include "protocols/zkteco/event_map.hpp"
#include "protocols/zkteco/explain.hpp"
#include "protocols/zkteco/replies.hpp"
#include "protocols/zkteco/request.hpp"
#include "protocols/zkteco/times.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

// Recorded and documented payloads, line by line, with what each becomes. They lie beside the checkout, not
// in it.
namespace gatehouse::zkteco {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/zkteco/";

std::string file(const std::string& name)
{
    std::ifstream in(folder + name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

struct Expected {
    const char* name;
    std::vector<std::string> lines;
};

const std::string unwanted = "no event (not_wanted): operation ";

// What explain_bytes makes of each file.
std::vector<Expected> table()
{
    std::vector<std::string> operations{
        unwanted + "13",
        "device.health: operation 0 at 2024-03-12T11:03:48.000+08:00",
        unwanted + "4",
        "device.health: operation 0 at 2024-05-07T09:49:39.000+08:00",
        "device.health: operation 0 at 2024-05-08T04:30:58.000+08:00",
        "device.health: operation 1 at 2024-05-08T04:32:42.000+08:00",
        "device.health: operation 0 at 2024-06-13T12:43:08.000+08:00",
        unwanted + "4",
        unwanted + "4",
        unwanted + "4",
    };
    operations.insert(operations.end(), 14, unwanted + "5");
    for (const auto* code : {"4", "30", "6", "6"})
        operations.push_back(unwanted + code);
    return {
        {"attlog-bock200961014.txt",
         {"access.granted: punch at 2024-07-28T01:25:24.000+08:00",
          "access.granted: punch at 2024-07-28T10:41:21.000+08:00",
          "access.granted: punch at 2024-07-28T10:41:31.000+08:00"}},
        {"attlog-tft-wide.txt",
         {"access.granted: punch at 2016-02-25T12:08:21.000+08:00",
          "access.granted: punch at 2016-02-25T13:18:22.000+08:00"}},
        {"operlog-bock200961014.txt", operations},
        {"requests-bock200961014.txt",
         {"GET hello", "POST records", "POST records", "GET asks for commands", "GET asks for commands",
          "POST results of commands", "GET asks for the time"}},
        {"acc-rtlog.txt",
         {"access.granted: event 202: exit button at 2017-01-10T11:49:32.000+08:00, record 21",
          "access.granted: event 0: let in at 2017-01-10T11:49:40.000+08:00, record 22",
          "access.denied: event 27: unknown card at 2017-01-10T11:50:02.000+08:00, record 23",
          "door.state: event 28: held open at 2017-01-10T11:51:15.000+08:00, record 24",
          "door.state: event 102: forced open at 2017-01-10T11:51:30.000+08:00, record 25"}},
        {"acc-rtstate.txt", {"the state of doors"}},
    };
}

class ZktecoFixtures : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded payloads beside this checkout";
    }
};

TEST_F(ZktecoFixtures, EveryLineBecomesWhatIsWrittenHere)
{
    for (const auto& expected : table())
        EXPECT_EQ(explain_bytes(file(expected.name), Reading{}), expected.lines) << expected.name;
}

TEST_F(ZktecoFixtures, ThePhotographIsKnownAndNotKept)
{
    const auto photo = read_photo(file("assembled-attphoto.bin"));
    ASSERT_TRUE(photo);
    EXPECT_EQ(photo->name, "20160225120821-982");
    EXPECT_EQ(photo->command, "uploadphoto");
    EXPECT_EQ(photo->announced, 5168U);
    EXPECT_EQ(photo->received, 5168U);
}

TEST_F(ZktecoFixtures, OurOptionsHaveThoseOfTheManualButForPhotographsAndTheTimeZone)
{
    const auto manual = read_fields(file("options-reply.txt"), '\n');
    const auto ours =
        read_fields(attendance_options("BOCK200961014", Stamps{}, std::chrono::seconds(30), "8", true), '\n');
    for (const auto& [name, value] : manual)
        EXPECT_TRUE(has_field(ours, name)) << name;
    for (const auto* name :
         {"delay", "transtimes", "realtime", "encrypt", "timezone", "timeout", "synctime", "attlogstamp"})
        EXPECT_EQ(field(ours, name), field(manual, name)) << name;
}

TEST_F(ZktecoFixtures, OurCommandsAreThoseOfTheManual)
{
    const auto text = file("acc-commands.txt");
    // As commands_test.cpp sees them handed over.
    for (const auto* command :
         {":CONTROL DEVICE 01010105\n", ":CONTROL DEVICE 010101FF\n", ":DATA UPDATE user CardNo=\tPin=1\t",
          "\tGroup=0\tStartTime=0\tEndTime=0\tName=\tPrivilege=0\n",
          ":SET OPTIONS DateTime=", ":GET OPTIONS ~SerialNumber,FirmVer,~DeviceName,LockCount"})
        EXPECT_NE(text.find(command), std::string::npos) << command;
    EXPECT_EQ(file("acc-time-reply.txt").find("DateTime=583050990,ServerTZ=+0800"), 0U);
}

TEST_F(ZktecoFixtures, NoPayloadIsLeftOut)
{
    std::set<std::string> known{"assembled-attphoto.bin", "options-reply.txt", "acc-commands.txt",
                                "acc-time-reply.txt"};
    for (const auto& expected : table())
        known.insert(expected.name);
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        there.insert(entry.path().filename().string());
    EXPECT_EQ(there, known);
}

} // namespace
} // namespace gatehouse::zkteco
