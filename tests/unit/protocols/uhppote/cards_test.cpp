#include "protocols/uhppote/cards.hpp"
#include "protocols/uhppote/discovery.hpp"
#include "tests/unit/protocols/uhppote/session_fixture.hpp"

namespace gatehouse::uhppote {

using base::Errc;

namespace {

class UhppoteCards : public UhppoteSession {
protected:
    UhppoteCards()
    {
        Config config;
        config.id = "dev-1";
        config.serial = 405419896;
        config.target.host = "192.0.2.31";
        config.target.port = 60000;
        session.emplace(std::move(config), context());
        cards.emplace(*session);
    }

    template <class T>
    base::Result<T> done(asio::awaitable<base::Result<T>> work)
    {
        const auto answer = ask(std::move(work));
        if (!*answer) pass(30s);
        EXPECT_TRUE(answer->has_value());
        return *answer ? **answer : base::Result<T>(Errc::failed);
    }

    static Card card(std::uint32_t number)
    {
        Card made;
        made.number = number;
        made.from = Date{2026, 1, 1};
        made.to = Date{2026, 12, 31};
        made.doors = {1, 0, 29, 1};
        made.pin = 7531;
        return made;
    }

    std::optional<Session> session;
    std::optional<Cards> cards;
};

} // namespace

TEST_F(UhppoteCards, AreWrittenReadBackAndAuditedWithoutTheirNumbers)
{
    ASSERT_TRUE(done(cards->put(card(10058400))));
    EXPECT_EQ(done(cards->find(10058400)).value(), card(10058400));
    EXPECT_EQ(done(cards->count()).value(), 1u);
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0].detail, "one card, doors 1 0 29 1");
    EXPECT_EQ(done(cards->find(5)).error(), Errc::not_found);
}

TEST_F(UhppoteCards, ThatTheBoardWouldTakeWronglyAreRefusedAndTold)
{
    auto wrong = card(10058400);
    wrong.pin = 1'000'000;
    EXPECT_EQ(done(cards->put(wrong)).error(), Errc::bad_input);
    EXPECT_EQ(board.asked(0x50), 0u);
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_NE(writes[0].result, "ok");
}

TEST_F(UhppoteCards, ARefusalAndALostAnswerAreFailuresAndNothingIsSentTwice)
{
    board.refuses = true;
    EXPECT_EQ(done(cards->put(card(1))).error(), Errc::failed);
    board.refuses = false;
    board.loses_answers = true;
    EXPECT_EQ(done(cards->put(card(1))).error(), Errc::timed_out);
    EXPECT_EQ(board.asked(0x50), 2u);
}

TEST_F(UhppoteCards, AreAllReadPastDeletedSlots)
{
    for (const std::uint32_t number : {11u, 12u, 13u})
        ASSERT_TRUE(done(cards->put(card(number))));
    ASSERT_TRUE(done(cards->remove(12)));
    const auto left = done(cards->all());
    ASSERT_TRUE(left);
    ASSERT_EQ(left->size(), 2u);
    EXPECT_EQ((*left)[1].number, 13u);
    EXPECT_TRUE(done(cards->remove(12))) << "what is not there is removed";
    ASSERT_TRUE(done(cards->remove_all()));
    EXPECT_EQ(done(cards->count()).value(), 0u);
}

TEST_F(UhppoteCards, HaveTimeProfiles)
{
    TimeProfile profile;
    profile.id = 29;
    profile.from = Date{2026, 1, 1};
    profile.to = Date{2026, 12, 31};
    profile.days = {true, true, true, true, true, false, false};
    profile.segments[0] = {{8, 0, 0}, {18, 0, 0}};
    ASSERT_TRUE(done(cards->put_profile(profile)));
    EXPECT_EQ(done(cards->find_profile(29)).value(), profile);
    EXPECT_EQ(done(cards->find_profile(30)).error(), Errc::not_found);
    ASSERT_TRUE(done(cards->clear_profiles()));
    EXPECT_EQ(done(cards->find_profile(29)).error(), Errc::not_found);
}

// ---- discovery ----

TEST_F(UhppoteCards, BoardsAreFoundByBroadcastOnceEachHoweverSlow)
{
    const auto found = ask(discover(net.opener(), clock, all_boards(), 2500ms));
    const auto second = [this] {
        auto packet = board.answer(std::string("\x17\x94", 2) + std::string(62, '\0'));
        packet[4] = '\1';
        return packet;
    }();
    const auto own = std::string("\x17\x94", 2) + std::string(62, '\0');
    pass(2s);
    for (int i = 0; i < 2; ++i)
        net.deliver({"192.0.2.32", 60000}, 40001, second);
    net.deliver({"192.0.2.1", 40001}, 40001, own); // our own question
    net.deliver({"192.0.2.33", 60000}, 40001, "noise");
    pass(1s);
    ASSERT_TRUE(*found && found->value().has_value());
    const auto boards = *found->value();
    ASSERT_EQ(boards.size(), 2u);
    EXPECT_EQ(boards[0].board.serial, 405419896u);
    EXPECT_EQ(boards[0].from, "192.0.2.31");
    EXPECT_EQ(boards[1].from, "192.0.2.32");
    EXPECT_FALSE(net.is_open(40001));
}

} // namespace gatehouse::uhppote
