#include "protocols/isapi/list_messages.hpp"
#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {
namespace {

using device::ListResult;
using model::ListEntry;
using Type = ListEntry::Type;

// The site is eight hours east of Greenwich.
base::WallTime at(int year, unsigned month, unsigned day, int hour)
{
    return base::WallTime(std::chrono::sys_days(std::chrono::year(year) / month / day)) +
           std::chrono::hours(hour - 8);
}

ListEntry entry(Type type, const std::string& value)
{
    ListEntry made;
    made.type = type;
    made.value = value;
    return made;
}

class IsapiLists : public IsapiSession {
protected:
    void begin(const std::string& kind, const std::string& keys = "")
    {
        start(kind, keys);
        ASSERT_NE(driver->lists(), nullptr);
    }
    template <class T>
    T done(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        asio::co_spawn(io, std::move(work), [&answer](std::exception_ptr failure, T value) {
            if (!failure) answer.emplace(std::move(value));
        });
        settle();
        if (!answer) pass(30s);
        EXPECT_TRUE(answer.has_value());
        return answer ? std::move(*answer) : T{};
    }
    std::vector<ListResult> write(std::vector<ListEntry> entries)
    {
        return done(driver->lists()->write(std::move(entries)));
    }
    std::vector<ListResult> remove(std::vector<ListEntry> entries)
    {
        return done(driver->lists()->remove(std::move(entries)));
    }
    std::vector<ListEntry> held(Type type)
    {
        const auto read = done(driver->lists()->read(type));
        EXPECT_TRUE(read) << read.error().message();
        return read ? *read : std::vector<ListEntry>();
    }
    std::optional<ListEntry> as_held(const ListEntry& wanted)
    {
        return driver->lists()->as_held(wanted).entry;
    }
};

} // namespace

// ---- plates ----

TEST_F(IsapiLists, OfPlatesGiveBackWhatWasWrittenInWholeDays)
{
    begin("plate");
    auto bounded = entry(Type::plate, "沪A12345");
    bounded.name = "王芳";
    bounded.valid_from = at(2026, 3, 1, 14);
    bounded.valid_until = at(2026, 3, 31, 9);
    auto kept_out = entry(Type::plate, "沪B00001");
    kept_out.keep_out = true;
    const std::vector<ListEntry> wanted{bounded, entry(Type::plate, "粤Z1234港"), kept_out};
    for (const auto& result : write(wanted))
        EXPECT_TRUE(result.done) << result.reason;
    ASSERT_EQ(device.lists.plates.size(), 3u);
    EXPECT_EQ(device.lists.plates[0].start, "2026-03-01T00:00:00");
    EXPECT_EQ(device.lists.plates[0].until, "2026-03-31T23:59:59");
    EXPECT_EQ(device.lists.plates[1].until, "2099-12-31T23:59:59");
    EXPECT_EQ(device.lists.plates[2].type, "blackList");
    const auto found = held(Type::plate);
    ASSERT_EQ(found.size(), 3u);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(found[i], as_held(wanted[i])) << i;
    EXPECT_TRUE(as_held(bounded)->name.empty()) << "whose it is, the camera does not keep";
    EXPECT_EQ(writes.back().detail, "3 of 3 entries written");
}

TEST_F(IsapiLists, OfPlatesFallBackToTheWordsOfOlderFirmware)
{
    device.lists.old_plate_words = true;
    begin("plate");
    auto bounded = entry(Type::plate, "沪A12345");
    bounded.valid_until = at(2026, 3, 31, 9);
    EXPECT_TRUE(write({bounded}).at(0).done);
    EXPECT_EQ(device.lists.plates.at(0).until, "2026-03-31");
    EXPECT_EQ(held(Type::plate).at(0), as_held(bounded));
    const auto asked = device.asked("PUT", "/ISAPI/Traffic/channels/1/licensePlateAuditData/record");
    EXPECT_TRUE(write({bounded}).at(0).done);
    EXPECT_EQ(device.asked("PUT", "/ISAPI/Traffic/channels/1/licensePlateAuditData/record"), asked + 1)
        << "what was understood is remembered";
}

TEST_F(IsapiLists, OfPlatesAreReadPageByPageAndLosePlatesByTheirIdsOrNames)
{
    device.lists.page = 2;
    begin("plate");
    std::vector<ListEntry> wanted;
    for (const auto* plate : {"A1", "A12", "A123", "B1", "B2"})
        wanted.push_back(entry(Type::plate, plate));
    (void)write(wanted); // judged by what is read
    ASSERT_EQ(held(Type::plate).size(), 5u);
    EXPECT_TRUE(remove({wanted[0]}).at(0).done);
    EXPECT_EQ(held(Type::plate).at(0).value, "A12") << "the search finds parts of plates, too";
    device.lists.ids_in_search = false;
    EXPECT_TRUE(remove({wanted[1], wanted[0]}).at(1).done) << "what is not there is removed";
    EXPECT_EQ(held(Type::plate).size(), 3u);
    device.lists.keeps_deleted = true;
    const auto kept = remove({wanted[2]}).at(0);
    EXPECT_FALSE(kept.done);
    EXPECT_EQ(kept.reason, "the device said OK and still has the plate");
}

TEST_F(IsapiLists, SayWhatCannotBeHeldAndWhatMayBeTriedAgain)
{
    begin("plate", "outputs = 2");
    auto& lists = *driver->lists();
    auto some = entry(Type::plate, "A1");
    some.outputs = {1};
    EXPECT_NE(lists.as_held(some).why_not.find("all its barriers"), std::string::npos);
    some.outputs = {1, 2};
    EXPECT_TRUE(as_held(some)->outputs.empty());
    EXPECT_FALSE(as_held(entry(Type::plate, "A 1")));
    EXPECT_FALSE(as_held(entry(Type::plate, "")));
    EXPECT_FALSE(lists.takes(Type::person));
    EXPECT_EQ(done(lists.read(Type::person)).error(), base::Errc::unsupported);
    device.lists.full = true;
    const auto full = write({entry(Type::plate, "A1")}).at(0);
    EXPECT_FALSE(full.done || full.again);
    EXPECT_EQ(full.code, "overLimit");
    device.present = false;
    inside([this] { device.cut(); });
    const auto away = write({entry(Type::plate, "A1")}).at(0);
    EXPECT_TRUE(!away.done && away.again) << away.reason;
}

// ---- persons and cards ----

TEST_F(IsapiLists, OfPersonsGiveBackNameTimesAndDoors)
{
    begin("face", "outputs = 2");
    auto bounded = entry(Type::person, "1001");
    bounded.name = "王\"芳\"";
    bounded.valid_from = at(2026, 3, 1, 14) + 20ms;
    bounded.valid_until = at(2026, 3, 31, 9);
    bounded.outputs = {2};
    auto blocked = entry(Type::person, "1003");
    blocked.keep_out = true;
    const std::vector<ListEntry> wanted{bounded, entry(Type::person, "1002"), blocked};
    for (const auto& result : write(wanted))
        EXPECT_TRUE(result.done) << result.reason;
    EXPECT_NE(
        device.lists.persons["1001"].find(
            R"("Valid":{"enable":true,"beginTime":"2026-03-01T14:00:00","endTime":"2026-03-31T09:00:00")"),
        std::string::npos)
        << device.lists.persons["1001"];
    EXPECT_NE(device.lists.persons["1001"].find(R"("RightPlan":[{"doorNo":2,"planTemplateNo":"1"}])"),
              std::string::npos);
    EXPECT_NE(device.lists.persons["1002"].find(R"("enable":false)"), std::string::npos);
    const auto found = held(Type::person);
    ASSERT_EQ(found.size(), 3u);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(found[i], as_held(wanted[i])) << i;
    EXPECT_EQ(found[0].name, bounded.name);
}

TEST_F(IsapiLists, OfPersonsWriteTheFaceOnceThePersonIsThere)
{
    device.lists.has_set_up = false; // such firmware wants to be told whether it is new
    begin("face");
    auto person = entry(Type::person, "1001");
    person.picture = "\xff\xd8 one";
    EXPECT_TRUE(write({person}).at(0).done);
    EXPECT_EQ(device.lists.faces["1001"], "\xff\xd8 one");
    person.picture = "\xff\xd8 two";
    EXPECT_TRUE(write({person}).at(0).done);
    EXPECT_EQ(device.lists.faces["1001"], "\xff\xd8 two");
    device.replies["POST /ISAPI/Intelligent/FDLib/FaceDataRecord"] =
        device.replies["PUT /ISAPI/Intelligent/FDLib/FDSetUp"] = {
            400, "application/json", R"({"statusCode":6,"subStatusCode":"faceQualityTooLow"})"};
    const auto refused = write({person}).at(0);
    EXPECT_FALSE(refused.done || refused.again);
    EXPECT_EQ(refused.code, "faceQualityTooLow");
    person.picture.assign(200'001, 'x');
    EXPECT_FALSE(as_held(person)) << "the terminal takes 200 kB";
}

TEST_F(IsapiLists, OfCardsHangThemOnAPersonOfTheirOwnAndTellWhatTheyOpen)
{
    begin("face");
    auto owner = entry(Type::person, "1001");
    owner.valid_until = at(2027, 1, 1, 0);
    ASSERT_TRUE(write({owner}).at(0).done);
    device.lists.cards["77"] = "1001"; // given out at the terminal
    auto card = entry(Type::card, "12345678");
    card.name = "访客";
    ASSERT_TRUE(write({card}).at(0).done);
    EXPECT_EQ(device.lists.cards["12345678"], "C12345678");
    EXPECT_EQ(held(Type::person).size(), 1u) << "the card's own person is none";
    const auto cards = held(Type::card);
    ASSERT_EQ(cards.size(), 2u);
    EXPECT_EQ(cards[0], as_held(card));
    EXPECT_EQ(cards[1].valid_until, owner.valid_until) << "a card opens what its person may open";
    ASSERT_TRUE(write({entry(Type::card, "77")}).at(0).done);
    EXPECT_EQ(device.lists.cards["77"], "C77") << "taken from who had it";
    ASSERT_TRUE(remove({card, entry(Type::card, "5")}).at(1).done) << "what is not there is removed";
    EXPECT_FALSE(device.lists.cards.contains("12345678"));
    EXPECT_FALSE(device.lists.persons.contains("C12345678"));
    EXPECT_FALSE(as_held(entry(Type::card, "12a")));
    EXPECT_FALSE(as_held(entry(Type::person, "C77")));
}

TEST_F(IsapiLists, OfPersonsTakeFaceAndCardsAwayWithThePerson)
{
    device.lists.page = 1;
    begin("face");
    auto person = entry(Type::person, "1001");
    person.picture = "\xff\xd8";
    ASSERT_TRUE(write({person, entry(Type::person, "1002"), entry(Type::person, "1003")}).at(2).done);
    device.lists.cards["77"] = "1001";
    EXPECT_EQ(held(Type::person).size(), 3u) << "page by page";
    EXPECT_TRUE(remove({person}).at(0).done);
    EXPECT_TRUE(device.lists.faces.empty() && device.lists.cards.empty());
    EXPECT_TRUE(remove({person}).at(0).done) << "what is not there is removed";
    EXPECT_EQ(held(Type::person).size(), 2u);
}

// ---- what else devices answer ----

TEST(IsapiListAnswers, OfAnyKindAreReadOrRefused)
{
    const auto offset = std::chrono::minutes(480);
    for (const auto* noise : {"", "{", "{}", "<a/>", R"({"UserInfoSearch":[]})", R"({"CardInfoSearch":3})"}) {
        EXPECT_FALSE(parse_plate_list(noise, offset)) << noise;
        EXPECT_FALSE(parse_person_list(noise, offset)) << noise;
        EXPECT_FALSE(parse_card_list(noise)) << noise;
    }
    const auto endless = parse_person_list(
        R"({"UserInfoSearch":{"responseStatusStrg":"MORE","numOfMatches":0,"UserInfo":[]}})", offset);
    ASSERT_TRUE(endless);
    EXPECT_FALSE(endless->more) << "would never end";
    const auto odd = parse_person_list(
        R"({"UserInfoSearch":{"responseStatusStrg":"OK","numOfMatches":"9999999","UserInfo":[{"employeeNo":7,)"
        R"("doorRight":"1,1,x,99,3","Valid":{"enable":"true","beginTime":"never","endTime":""}},{"name":"x"}]}})",
        offset);
    ASSERT_TRUE(odd);
    ASSERT_EQ(odd->rows.size(), 1u);
    EXPECT_EQ(odd->rows[0].value, "7");
    EXPECT_EQ(odd->rows[0].outputs, (std::vector<int>{1, 3}));
    EXPECT_FALSE(odd->rows[0].valid_from);
}

} // namespace gatehouse::isapi
