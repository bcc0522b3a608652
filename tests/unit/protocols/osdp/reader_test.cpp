// Sequence numbers, repeats, the secure channel, keys, and when a reader is given up.
#include "protocols/osdp/messages.hpp"
#include "tests/unit/protocols/osdp/session_fixture.hpp"

namespace gatehouse::osdp {
namespace {

using model::LinkState;
using Strings = std::vector<std::string>;

TEST_F(OsdpSession, IntroducesItselfAndPolls)
{
    start();
    std::vector<int> codes;
    for (const auto& told : reader().told)
        if (codes.size() < 6) codes.push_back(told.code);
    EXPECT_EQ(codes, (std::vector<int>{0x61, 0x62, 0x64, 0x65, 0x67, 0x60}));
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
    EXPECT_EQ(driver->status().serial, "12345");
    EXPECT_EQ(driver->status().firmware, "3.4.5");
    EXPECT_EQ(
        fact("reader 1"),
        "online, in plain although it could be sealed; vendor 00068e, model 1, serial 12345, firmware 3.4.5");
}

TEST_F(OsdpSession, CountsFromZeroOnceAndThenOneTwoThree)
{
    start();
    std::vector<int> numbers;
    for (const auto& told : reader().told)
        if (numbers.size() < 8) numbers.push_back(told.sequence);
    EXPECT_EQ(numbers, (std::vector<int>{0, 1, 2, 3, 1, 2, 3, 1}));
    EXPECT_EQ(counted("gatehouse_osdp_retries_total"), 0u);
}

TEST_F(OsdpSession, PollsFiveTimesASecond)
{
    start();
    reader().told.clear();
    pass(10s);
    EXPECT_NEAR(reader().count(0x60), 50, 2);
}

TEST_F(OsdpSession, RepeatsWithTheSameNumberAndTellsNothingTwice)
{
    start();
    reader().card26(1, 922);
    reader().answers_lost = 2;
    pass(1500ms);
    int repeats = 0;
    for (const auto& told : reader().told)
        repeats += told.repeated ? 1 : 0;
    EXPECT_EQ(repeats, 2);
    EXPECT_EQ(cards(), Strings{"66458"});
    EXPECT_EQ(links().size(), 1u);
}

TEST_F(OsdpSession, TakesALateAnswerAndNotItsRepeat)
{
    start();
    reader().card26(1, 922);
    reader().late_answers = 1;
    pass(2s);
    EXPECT_EQ(cards(), Strings{"66458"});
    EXPECT_EQ(reader().count(0x61), 1); // no new beginning
}

TEST_F(OsdpSession, BeginsAnewWhenTheReaderExpectsAnotherNumber)
{
    start();
    reader().last_sequence = -1; // forgot it
    reader().naks_with_zero = true;
    pass(1s);
    EXPECT_EQ(reader().count(0x61), 2);
    EXPECT_EQ(counted("gatehouse_osdp_restarts_total"), 1u);
    EXPECT_EQ(links().size(), 1u);
}

TEST_F(OsdpSession, AsksAgainWhenTheReaderIsBusy)
{
    start();
    reader().card26(1, 922);
    reader().busy_times = 3;
    pass(1s);
    EXPECT_EQ(cards(), Strings{"66458"});
    EXPECT_EQ(reader().count(0x61), 1);
}

TEST_F(OsdpSession, CallsAReaderThatIsAlwaysBusySilent)
{
    start();
    reader().busy_for_ever = true;
    pass(10s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
    EXPECT_EQ(driver->status().why,
              "the reader says that it is busy; try again in a moment / 读卡器忙；请稍后重试");
    reader().busy_for_ever = false;
    pass(40s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OsdpSession, CallsAReaderSilentThatAnswersEverythingButPollsUntilItAnswersThem)
{
    start();
    reader().deaf_to_polls = true;
    reader().card26(1, 922);
    pass(90s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
    EXPECT_EQ(driver->status().why,
              "the reader answers, but not when it is polled: the reader did not answer");
    reader().deaf_to_polls = false;
    pass(31s);
    EXPECT_EQ(links().back(), LinkState::up);
    EXPECT_EQ(cards(), Strings{"66458"});
}

TEST_F(OsdpSession, CallsAReaderSilentThatRefusesEveryPoll)
{
    start();
    reader().refusals[0x60] = 9;
    pass(90s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::silent}));
}

TEST_F(OsdpSession, ReadsThroughNoiseMarksAndItsOwnEcho)
{
    line.echoes = true;
    reader().noise = "\x53\x80\x07";
    reader().marks = "\xff\xff";
    start();
    reader().card26(1, 922);
    pass(1s);
    EXPECT_EQ(cards(), Strings{"66458"});
    EXPECT_EQ(counted("gatehouse_osdp_retries_total"), 0u);
}

TEST_F(OsdpSession, SpeaksWithChecksumToReadersThatKnowNoCrc)
{
    start(one + "check = \"checksum\"\n");
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
}

TEST_F(OsdpSession, CallsTheLinkDownWhenTheOnlyReaderIsGoneAndFindsItAgain)
{
    start();
    reader().present = false;
    pass(3s);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::down}));
    EXPECT_EQ(driver->status().why, "the reader did not answer");
    reader().told.clear();
    reader().present = true;
    reader().reboot();
    pass(31s);
    EXPECT_EQ(links().back(), LinkState::up);
    EXPECT_EQ(reader().told.front().sequence, 0);
}

TEST_F(OsdpSession, ProbesAMissingReaderSeldom)
{
    start(two);
    reader(5).present = false;
    pass(5s);
    reader().told.clear();
    pass(60s);
    EXPECT_GT(reader().count(0x60), 270); // the other one is polled on
    EXPECT_EQ(conditions(), Strings{"reader 2 wrong"});
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
    reader(5).present = true;
    reader(5).reboot();
    pass(31s);
    EXPECT_EQ(conditions(), (Strings{"reader 2 wrong", "reader 2 right"}));
}

TEST_F(OsdpSession, RemembersWhatItToldOverARestart)
{
    start(two);
    reader(5).present = false;
    pass(10s);
    stop();
    reader(5).present = true;
    reader(5).reboot();
    events.clear();
    start(two);
    EXPECT_EQ(conditions(), Strings{"reader 2 right"});
}

TEST_F(OsdpSession, ConnectsAgainWhenTheLineIsCutOrTakesConnectionsAndSaysNothing)
{
    start();
    inside([this] { line.cut(); });
    pass(5s);
    EXPECT_EQ(line.connections, 2);
    EXPECT_EQ(links(), (std::vector<LinkState>{LinkState::up, LinkState::down, LinkState::up}));
    reader().present = false;
    pass(90s);
    EXPECT_GT(line.connections, 2);
    EXPECT_EQ(links().back(), LinkState::down);
}

TEST_F(OsdpSession, ReportsALineThatCannotBeReached)
{
    line.present = false;
    start();
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::down});
    EXPECT_EQ(driver->status().why.rfind("cannot connect to 192.0.2.31:4196", 0), 0u);
}

// ---- the secure channel ----

TEST_F(OsdpSession, SealsWithTheReadersOwnKey)
{
    reader().key = std::string("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
    reader().holds_default = false;
    reader().wants_seal = true;
    start(own_key);
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
    EXPECT_EQ(reader().sessions, 1);
    reader().card26(1, 922);
    reader().keys("12#");
    pass(30s);
    EXPECT_EQ(cards(), (Strings{"66458", ""}));
    EXPECT_EQ(reader().sessions, 1); // holds for as long as it is polled
    EXPECT_TRUE(reader().told.back().sealed);
    EXPECT_TRUE(conditions().empty());
    EXPECT_EQ(fact("reader 1").rfind("online, sealed;", 0), 0u);
}

TEST_F(OsdpSession, HoldsTheSessionWhenAnswersAreLostOrEmptyBlocksCome)
{
    start("[[reader]]\nsecurity = \"install_key\"\n");
    reader().empty_blocks = true;
    reader().answers_lost = 3;
    reader().card26(1, 922);
    pass(5s);
    EXPECT_EQ(reader().sessions, 1);
    EXPECT_EQ(cards(), Strings{"66458"});
}

TEST_F(OsdpSession, AlertsAsLongAsThePublicKeyIsInUse)
{
    start("[[reader]]\nsecurity = \"install_key\"\n");
    EXPECT_EQ(conditions(), Strings{"key wrong"});
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
}

TEST_F(OsdpSession, NeverFallsBackToThePublicKeyByItself)
{
    start(own_key, 5s); // the reader still holds the public key
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::silent});
    EXPECT_EQ(driver->status().why, "there is no secure channel: " + describe_nak(6));
    EXPECT_EQ(conditions(), Strings{"key wrong"});
    EXPECT_EQ(reader().sessions, 0);
    EXPECT_EQ(reader().count(0x60), 0);
    EXPECT_EQ(reader().count(0x75), 0);
}

TEST_F(OsdpSession, GivesAFactoryNewReaderItsKeyOnceAndWritesItDown)
{
    start(own_key + "install = true\n", 3s);
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
    EXPECT_EQ(reader().key,
              std::string("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
    EXPECT_EQ(reader().sessions, 2);
    EXPECT_EQ(conditions(), (Strings{"key wrong", "key right"}));
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0].what, "key of reader 1");
    EXPECT_EQ(writes[0].result, "ok");
    for (const auto& [name, value] : memory.values)
        EXPECT_EQ(value.find(key.substr(0, 8)), std::string::npos) << name;
}

TEST_F(OsdpSession, DoesNotGiveTheKeyToAnotherReaderLater)
{
    start(own_key + "install = true\n", 3s);
    stop();
    reader().key = "0123456789:;<=>?"; // somebody put another one on the wires
    reader().holds_default = true;
    reader().reboot();
    reader().told.clear();
    events.clear();
    start(own_key + "install = true\n", 5s);
    EXPECT_EQ(reader().count(0x75), 0);
    EXPECT_EQ(conditions(), Strings{"key wrong"});
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::silent});
    EXPECT_EQ(driver->status().why, "the reader refuses the key it was given; it is not given again by "
                                    "itself, because this may be another reader: give it a new key / "
                                    "读卡器拒绝已下发的密钥；可能换过读卡器，系统不会自动重发，请配置新密钥");
}

TEST_F(OsdpSession, DerivesTheKeyFromTheMasterKey)
{
    start(one + "master_key = \"00112233445566778899aabbccddeeff\"\ninstall = true\n", 3s);
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::up});
    EXPECT_FALSE(reader().holds_default);
    EXPECT_NE(reader().key,
              std::string("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
    EXPECT_EQ(reader().sessions, 2);
    stop();
    reader().key = "0123456789:;<=>?"; // another one that calls itself the same
    reader().holds_default = true;
    reader().reboot();
    reader().told.clear();
    start(one + "master_key = \"00112233445566778899aabbccddeeff\"\ninstall = true\n", 5s);
    EXPECT_EQ(reader().count(0x75), 0);
    EXPECT_EQ(links().back(), LinkState::silent);
}

TEST_F(OsdpSession, TellsThatASessionWasLostAndOpensAnother)
{
    start("[[reader]]\nsecurity = \"install_key\"\n");
    events.clear();
    reader().sealed = false; // as after a restart: it knows of no session
    pass(1s);
    EXPECT_EQ(conditions(), (Strings{"secure channel wrong", "secure channel right"}));
    EXPECT_EQ(reader().sessions, 2);
    EXPECT_TRUE(links().empty());
}

TEST_F(OsdpSession, CallsNoSessionLostWhenAReaderIsOnlyGone)
{
    start("[[reader]]\nsecurity = \"install_key\"\n");
    events.clear();
    reader().present = false;
    pass(10s);
    EXPECT_TRUE(conditions().empty());
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::down});
}

TEST_F(OsdpSession, DropsAnswersWithAWrongMacAndThoseInPlain)
{
    start("[[reader]]\nsecurity = \"install_key\"\n");
    reader().card26(1, 922);
    reader().plain_answers = 1;
    pass(4s);
    EXPECT_GE(counted("gatehouse_osdp_refused_total", "plain_in_session"), 1u);
    EXPECT_TRUE(cards().empty()); // what was told in plain is not believed
    reader().wrong_macs = 100;
    pass(4s);
    EXPECT_GE(counted("gatehouse_osdp_refused_total", "bad_seal"), 5u);
    reader().wrong_macs = 0;
    pass(20s);
    EXPECT_GE(reader().sessions, 2);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OsdpSession, SaysWhatToDoWhenAReaderWantsASecureChannel)
{
    reader().wants_seal = true;
    start();
    pass(2s);
    EXPECT_EQ(reader().count(0x60), 0);
    EXPECT_EQ(links(), std::vector<LinkState>{LinkState::silent});
    EXPECT_EQ(driver->status().why, "the reader wants a secure channel; give it a key, or correct the key / "
                                    "读卡器要求安全通道；请为它配置密钥，已配置的请核对 (NAK 6)");
}

} // namespace
} // namespace gatehouse::osdp
