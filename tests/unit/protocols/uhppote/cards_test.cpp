#include "protocols/uhppote/card_list.hpp"
#include "protocols/uhppote/find.hpp"
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

// ---- as a list of the gateway ----

namespace {

class UhppoteCardList : public UhppoteCards {
protected:
    static model::ListEntry entry(const std::string& number)
    {
        model::ListEntry made;
        made.type = model::ListEntry::Type::card;
        made.value = number;
        made.name = "王芳";
        return made;
    }
    static base::WallTime at(int year, unsigned month, unsigned day, int hour)
    {
        // The site is eight hours east of Greenwich.
        return base::WallTime(std::chrono::sys_days(std::chrono::year(year) / month / day)) +
               std::chrono::hours(hour - 8);
    }
    std::vector<device::ListResult> results(asio::awaitable<std::vector<device::ListResult>> work)
    {
        const auto answer = ask(std::move(work));
        if (!*answer) pass(60s);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(std::vector<device::ListResult>());
    }
    std::vector<device::ListResult> write(std::vector<model::ListEntry> entries)
    {
        return results(list.write(std::move(entries)));
    }
    std::vector<model::ListEntry> held() { return done(list.read(model::ListEntry::Type::card)).value(); }

    CardList list{*session, *cards};
};

} // namespace

TEST_F(UhppoteCardList, HoldsNumbersWholeDaysAndDoorsAndNothingElse)
{
    auto wanted = entry("8165538");
    wanted.valid_from = at(2026, 3, 1, 14);
    wanted.valid_until = at(2026, 3, 31, 9);
    wanted.outputs = {1, 3, 7};
    const auto held = list.as_held(wanted);
    ASSERT_TRUE(held.entry);
    EXPECT_EQ(held.entry->valid_from, at(2026, 3, 1, 0)) << "the board keeps whole days";
    EXPECT_EQ(held.entry->valid_until, at(2026, 4, 1, 0) - 1s);
    EXPECT_EQ(held.entry->outputs, (std::vector<int>{1, 3})) << "there is no door 7";
    EXPECT_TRUE(held.entry->name.empty());
    EXPECT_EQ(list.as_held(*held.entry).entry, held.entry);
}

TEST_F(UhppoteCardList, SaysWhatTheBoardCanNeverHold)
{
    for (const auto* number : {"", "0", "16777215", "4294967295", "99999999999", "12a", "-5"})
        EXPECT_FALSE(list.as_held(entry(number)).entry) << number;
    auto elsewhere = entry("5");
    elsewhere.outputs = {5};
    EXPECT_NE(list.as_held(elsewhere).why_not.find("none of its doors"), std::string::npos);
    auto person = entry("5");
    person.type = model::ListEntry::Type::person;
    EXPECT_FALSE(list.takes(person.type));
    EXPECT_FALSE(list.as_held(person).entry);
    EXPECT_EQ(done(list.read(person.type)).error(), Errc::unsupported);
    const auto refused = write({elsewhere});
    EXPECT_FALSE(refused.at(0).done || refused.at(0).again);
    EXPECT_EQ(board.asked(0x50), 0u);
}

TEST_F(UhppoteCardList, GivesBackWhatWasWrittenAsItSaidItWould)
{
    auto everywhere = entry("11");
    auto some = entry("12");
    some.outputs = {2};
    some.valid_until = at(2027, 12, 31, 12);
    auto kept_out = entry("13");
    kept_out.keep_out = true;
    kept_out.valid_from = at(2026, 1, 1, 0);
    const std::vector<model::ListEntry> wanted{everywhere, some, kept_out};
    for (const auto& result : write(wanted))
        EXPECT_TRUE(result.done) << result.reason;
    EXPECT_EQ(board.cards.at(1).substr(4, 16),
              std::string("\x20\x00\x01\x01\x20\x27\x12\x31\0\1\0\0\0\0\0\0", 16));
    EXPECT_EQ(board.cards.at(2).substr(12, 4), std::string(4, '\0')) << "no right at any door";
    const auto found = held();
    ASSERT_EQ(found.size(), 3u);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(found[i], *list.as_held(wanted[i]).entry) << i;
    EXPECT_TRUE(write(wanted).at(2).done);
    EXPECT_EQ(held().size(), 3u) << "written twice, there once";
    ASSERT_EQ(writes.size(), 2u) << "the audit is told once for all";
    EXPECT_EQ(writes[0].detail, "3 of 3 cards written");
}

TEST_F(UhppoteCardList, LeavesPinAndTimeProfileOfACardAsTheyWere)
{
    ASSERT_TRUE(done(cards->put(card(10058400)))); // doors 1, 3 (profile 29) and 4
    auto wanted = entry("10058400");
    wanted.outputs = {2, 3};
    ASSERT_TRUE(write({wanted}).at(0).done);
    const auto now = done(cards->find(10058400)).value();
    EXPECT_EQ(now.doors, (DoorRights{0, 1, 29, 0}));
    EXPECT_EQ(now.pin, 7531u);
    EXPECT_EQ(held().at(0).outputs, (std::vector<int>{2, 3}));
}

TEST_F(UhppoteCardList, TellsARefusalFromABoardThatIsAway)
{
    board.refuses = true;
    const auto refused = write({entry("1"), entry("2")});
    EXPECT_FALSE(refused.at(0).done || refused.at(0).again);
    EXPECT_EQ(refused.at(0).reason,
              "the board refused the card or kept something else; its list may be full, remove cards / "
              "控制器拒绝此卡或保存有误；卡表可能已满，请删除不用的卡");
    EXPECT_EQ(writes.back().result, "2 not written");
    board.refuses = false;
    board.absent = true;
    const auto away = write({entry("1")});
    EXPECT_TRUE(away.at(0).again);
    EXPECT_EQ(away.at(0).reason, "the board does not answer");
    EXPECT_EQ(done(list.read(model::ListEntry::Type::card)).error(), Errc::timed_out);
    board.absent = false;
    ASSERT_TRUE(write({entry("1")}).at(0).done);
    for (const auto& result : results(list.remove({entry("1"), entry("2"), entry("no number")})))
        EXPECT_TRUE(result.done) << "what is not there is removed";
    EXPECT_TRUE(held().empty());
}

// ---- who is there ----

TEST_F(UhppoteCards, BoardsTellWhoTheyAreWhenEverybodyIsAsked)
{
    const auto probes = find_boards.probes(random);
    ASSERT_EQ(probes.size(), 1u);
    EXPECT_EQ(probes[0], std::string("\x17\x94", 2) + std::string(62, '\0'));
    const auto found = find_boards.read(board.answer(probes[0]), {"192.0.2.31", 60000});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->protocol, "uhppote");
    EXPECT_EQ(found->kind, "controller");
    EXPECT_EQ(found->address, "udp://192.0.2.31");
    EXPECT_EQ(found->host, "192.0.2.31");
    EXPECT_EQ(found->serial, "405419896");
    EXPECT_EQ(found->firmware, "8.92");
    EXPECT_EQ(found->mac, "00:66:19:39:55:2d");
    EXPECT_EQ(find_boards.read(board.answer(probes[0]), {"192.0.2.31", 60002})->address,
              "udp://192.0.2.31:60002");
    EXPECT_FALSE(find_boards.read(probes[0], {"192.0.2.1", 40001})) << "our own question, come back";
    EXPECT_FALSE(find_boards.read("noise", {"192.0.2.9", 60000}));
    EXPECT_FALSE(find_boards.read(board.status_packet(), {"192.0.2.31", 60000})) << "an event";
}

} // namespace gatehouse::uhppote
