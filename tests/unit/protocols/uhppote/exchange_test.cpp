#include "tests/unit/protocols/uhppote/session_fixture.hpp"

namespace gatehouse::uhppote {

using model::LinkState;
using model::Status;

TEST_F(UhppoteSession, IsUpWhenTheBoardAnswersAndSaysWhatItIs)
{
    start();
    EXPECT_EQ(links(), (std::vector{LinkState::up}));
    EXPECT_EQ(std::get<model::DeviceLink>(of<model::DeviceLink>()[0].body).why, "");
    const auto status = driver->status();
    EXPECT_EQ(status.serial, "405419896");
    EXPECT_EQ(status.firmware, "8.92");
    EXPECT_TRUE(status.last_heard);
    EXPECT_EQ(status.clock_offset_ms, 500) << "the middle of the second it shows";
}

TEST_F(UhppoteSession, SpeaksTcpWithBoardsThatCan)
{
    address = "tcp://192.0.2.31";
    board.swipe(1, 100);
    start();
    pass(3s);
    EXPECT_EQ(links(), (std::vector{LinkState::up}));
    EXPECT_EQ(records(), (std::vector<std::string>{"1"}));
    EXPECT_EQ(command(model::Action::door_open).status, Status::confirmed);
    board.tcp_refused = true;
    const auto refused = command(model::Action::door_open);
    EXPECT_EQ(refused.status, Status::failed);
    EXPECT_EQ(refused.code, "unreachable") << "it was never sent";
    pass(5s);
    EXPECT_EQ(links().back(), LinkState::down);
}

TEST_F(UhppoteSession, AQuestionIsAskedThreeTimesBeforeTheLinkIsDown)
{
    start();
    board.absent = true;
    const auto before = board.asked(0x20);
    pass(10s);
    EXPECT_EQ(board.asked(0x20) - before, 3u);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::down}));
    EXPECT_NE(driver->status().why.find("does not answer"), std::string::npos);
    board.absent = false;
    pass(40s);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(UhppoteSession, OneLostAnswerIsNoLostLink)
{
    start();
    board.loses_answers = true;
    pass(3s); // the first try goes unanswered
    board.loses_answers = false;
    pass(5s);
    EXPECT_EQ(links(), (std::vector{LinkState::up}));
}

TEST_F(UhppoteSession, ALateAnswerFindsNobody)
{
    start();
    const auto asked_from = net.next_port;
    board.absent = true;
    pass(2s); // a question is on its way
    EXPECT_TRUE(net.is_open(asked_from));
    pass(3s); // asked again
    EXPECT_FALSE(net.is_open(asked_from));
    EXPECT_TRUE(net.is_open(asked_from + 1));
}

TEST_F(UhppoteSession, AnAnswerThatArrivesTwiceIsNotTakenForTheNextOne)
{
    start();
    board.answers_twice = true;
    for (std::uint32_t card = 100; card < 105; ++card)
        board.swipe(1, card);
    pass(5s);
    EXPECT_EQ(records(), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
    EXPECT_TRUE(of<model::Gap>().empty());
    EXPECT_EQ(links(), (std::vector{LinkState::up}));
}

TEST_F(UhppoteSession, AnswersOfOthersAreNotBelieved)
{
    start();
    board.absent = true;
    pass(2s); // a question is on its way
    inside([this] {
        for (std::uint16_t port = 40001; port < 40100; ++port) {
            net.deliver({"192.0.2.66", 60000}, port, board.status_packet());
            auto other = board.status_packet();
            other[4] = '\1';
            net.deliver({"192.0.2.31", 60000}, port, other);
            auto error = board.status_packet();
            error[1] = '\xff';
            net.deliver({"192.0.2.31", 60000}, port, error);
        }
    });
    pass(10s);
    EXPECT_EQ(links().back(), LinkState::down);
    for (const auto* reason : {"address", "board", "code"})
        EXPECT_EQ(
            metrics.counter("gatehouse_uhppote_refused_total", "", {{"device", "dev-1"}, {"reason", reason}})
                .value(),
            1u)
            << reason;
}

TEST_F(UhppoteSession, NeverAsksFromTheBoardsOwnPort)
{
    net.next_port = 60000;
    start();
    EXPECT_EQ(links(), (std::vector{LinkState::up}));
    EXPECT_FALSE(net.is_open(60000));
}

TEST_F(UhppoteSession, AnUnreachableNetworkIsSaid)
{
    net.send_refusal = base::Errc::unreachable;
    start();
    EXPECT_EQ(links(), (std::vector{LinkState::down}));
    net.send_refusal.reset();
    pass(5s);
    EXPECT_EQ(links().back(), LinkState::up);
}

} // namespace gatehouse::uhppote
