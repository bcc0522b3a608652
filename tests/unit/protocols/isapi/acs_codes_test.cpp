#include "protocols/isapi/acs_codes.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

namespace gatehouse::isapi {
namespace {

using Kind = AcsMeaning::Kind;
using model::DoorPosition;

TEST(AcsCodes, KnowsThoseTheGatewayNeeds)
{
    EXPECT_EQ(acs_meaning(5, 1).kind, Kind::granted);
    EXPECT_EQ(acs_meaning(5, 1).word, "card");
    EXPECT_EQ(acs_meaning(5, 6).reason, "no_permission");
    EXPECT_EQ(acs_meaning(5, 7).reason, "schedule");
    EXPECT_EQ(acs_meaning(5, 8).reason, "expired");
    EXPECT_EQ(acs_meaning(5, 9).reason, "unknown_credential");
    EXPECT_EQ(acs_meaning(5, 10).reason, "anti_passback");
    EXPECT_EQ(acs_meaning(5, 11).reason, "interlock");
    EXPECT_EQ(acs_meaning(5, 113).reason, "block_list");
    EXPECT_EQ(acs_meaning(5, 21).position, DoorPosition::unlocked);
    EXPECT_EQ(acs_meaning(5, 22).position, DoorPosition::locked);
    EXPECT_EQ(acs_meaning(5, 25).position, DoorPosition::opened);
    EXPECT_EQ(acs_meaning(5, 26).position, DoorPosition::closed);
    EXPECT_EQ(acs_meaning(5, 27).position, DoorPosition::forced_open);
    EXPECT_EQ(acs_meaning(5, 28).position, DoorPosition::held_open);
    EXPECT_EQ(acs_meaning(5, 19).position, DoorPosition::remain_open);
    EXPECT_EQ(acs_meaning(5, 31).position, DoorPosition::remain_closed);
    EXPECT_EQ(acs_meaning(5, 20).position, DoorPosition::normal);
    EXPECT_EQ(acs_meaning(5, 23).word, "button");
    EXPECT_EQ(acs_meaning(5, 37).word, "doorbell");
    EXPECT_EQ(acs_meaning(5, 38).word, "fingerprint");
    EXPECT_EQ(acs_meaning(5, 75).kind, Kind::granted);
    EXPECT_EQ(acs_meaning(5, 75).word, "face");
    EXPECT_EQ(acs_meaning(5, 76).kind, Kind::denied);
    EXPECT_EQ(acs_meaning(5, 80).reason, "not_recognised");
    EXPECT_EQ(acs_meaning(5, 101).word, "password");
    EXPECT_EQ(acs_meaning(5, 181).word, "password");
    EXPECT_EQ(acs_meaning(5, 133).word, "tailgating");
    EXPECT_EQ(acs_meaning(5, 138).word, "intrusion");
    EXPECT_EQ(acs_meaning(5, 140).word, "blocked");
    EXPECT_FALSE(acs_meaning(5, 141).active);
    EXPECT_EQ(acs_meaning(1, 1028).word, "zone");
    EXPECT_EQ(acs_meaning(1, 1030).word, "reader");
    EXPECT_EQ(acs_meaning(1, 1034).kind, Kind::duress);
    EXPECT_EQ(acs_meaning(1, 1039).word, "case");
    EXPECT_EQ(acs_meaning(2, 39).word, "network");
    EXPECT_FALSE(acs_meaning(2, 1024).active);
    EXPECT_EQ(acs_meaning(2, 1025).word, "power");
    EXPECT_EQ(acs_meaning(2, 1033).word, "reader");
    EXPECT_EQ(acs_meaning(2, 1064).word, "login_lock");
    EXPECT_EQ(acs_meaning(3, 80).kind, Kind::operation);
}

TEST(AcsCodes, HasAnAnswerForEveryPair)
{
    for (const int major : {-1, 0, 4, 6, 1000})
        EXPECT_EQ(acs_meaning(major, 1).kind, Kind::unknown);
    for (int minor = -10; minor < 3000; ++minor)
        for (int major = 0; major < 7; ++major) {
            const auto meaning = acs_meaning(major, minor);
            EXPECT_EQ(meaning.kind == Kind::denied, !meaning.reason.empty()) << major << '/' << minor;
        }
    EXPECT_EQ(acs_meaning(5, 0x500).kind, Kind::custom);
    EXPECT_EQ(acs_meaning(5, 0x540).kind, Kind::unknown);
}

// Every code the vendor lists means something here, even if only "of no interest".
TEST(AcsCodes, LeavesNoListedCodeUnknown)
{
    const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/isapi/acs-codes/";
    const std::pair<int, const char*> files[] = {{1, "major_alarm-0x1.json"},
                                                 {2, "major_exception-0x2.json"},
                                                 {3, "major_operation-0x3.json"},
                                                 {5, "major_event-0x5.json"}};
    for (const auto& [major, name] : files) {
        std::ifstream file(folder + name);
        if (!file) GTEST_SKIP() << "no fixtures beside this checkout";
        std::stringstream text;
        text << file.rdbuf();
        const auto codes = boost::json::parse(text.str());
        for (const auto& code : codes.as_array()) {
            const int minor = std::stoi(std::string(code.at("Value").as_string().c_str()), nullptr, 16);
            EXPECT_NE(acs_meaning(major, minor).kind, Kind::unknown) << major << '/' << minor;
        }
    }
}

} // namespace
} // namespace gatehouse::isapi
