#include "gateway/access/consent_book.hpp"
#include "gateway/access/list_sync.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace gatehouse::access {
namespace {

using namespace std::chrono_literals;
using model::ListEntry;
using testing::ElementsAre;
using testing::IsEmpty;

// A terminal that keeps persons, some of them with a face.
class FaceTerminal final : public device::ListPort {
public:
    [[nodiscard]] bool takes(ListEntry::Type type) const override { return type == ListEntry::Type::person; }
    [[nodiscard]] bool takes_faces() const override { return true; }
    [[nodiscard]] device::HeldEntry as_held(const ListEntry& entry) const override
    {
        auto faceless = entry;
        faceless.picture.clear();
        return {faceless, ""};
    }
    asio::awaitable<base::Result<std::vector<ListEntry>>> read(ListEntry::Type) override
    {
        if (away) co_return base::Errc::unreachable;
        std::vector<ListEntry> all;
        for (const auto& [value, entry] : persons)
            all.push_back(entry);
        co_return all;
    }
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<ListEntry> entries) override
    {
        std::vector<device::ListResult> results;
        for (auto& entry : entries) {
            if (!entry.picture.empty()) faces[entry.value] = std::move(entry.picture);
            entry.picture.clear();
            persons[entry.value] = std::move(entry);
            results.push_back({true, false, "", ""});
        }
        co_return results;
    }
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<ListEntry> entries) override
    {
        std::vector<device::ListResult> results;
        for (const auto& entry : entries) {
            persons.erase(entry.value);
            faces.erase(entry.value);
            results.push_back({true, false, "", ""});
        }
        co_return results;
    }

    std::map<std::string, ListEntry> persons;
    std::map<std::string, std::string> faces;
    bool away = false;
};

class Enrolling : public testing::Test {
protected:
    Enrolling()
    {
        config::DeviceConfig device;
        device.id = "face-east";
        device.kind = "face";
        device.lists = config::ListPolicy::ours;
        site.devices.push_back(device);
        config::LaneConfig lane;
        lane.id = "east";
        lane.readers = {"face-east"};
        site.lanes.push_back(lane);
        store::Credential person;
        person.type = store::Credential::Type::person;
        person.value = "10086";
        store.credential_table.push_back(person);
    }

    ~Enrolling() override
    {
        tasks.cancel();
        io.poll();
    }

    template <class T>
    T ask(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& failure, T value) {
            ASSERT_FALSE(failure);
            answer = std::move(value);
        });
        io.restart();
        io.poll();
        EXPECT_TRUE(answer) << "no answer";
        return std::move(*answer);
    }
    void agree()
    {
        const auto report = ask(
            consents.import("person,text_version,given_at,method\n10086,v3,1970-01-01,paper\n", "li", false));
        ASSERT_TRUE(report->imported);
    }
    base::Result<std::vector<ListSync::Enrolment>> enrol()
    {
        return ask(lists.enrol("10086", "\xff\xd8\xff face", "li"));
    }

    boost::asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::SiteConfig site;
    std::shared_ptr<FaceTerminal> terminal = std::make_shared<FaceTerminal>();
    base::TaskGroup tasks{io.get_executor()};
    std::vector<std::string> reports;
    std::vector<model::SystemNotice> notices;
    ListSync lists{
        {.executor = io.get_executor(),
         .clock = clock,
         .store = store,
         .metrics = metrics,
         .worker = io.get_executor(),
         .lists_of = [this](const std::string& id) { return id == "face-east" ? terminal : nullptr; },
         .site = [this]() -> const config::SiteConfig& { return site; },
         .report = [this](std::string device, bool ok, std::string detail) -> asio::awaitable<void> {
             reports.push_back(device + (ok ? " ok: " : " bad: ") + detail);
             co_return;
         },
         .notice = [this](model::SystemNotice notice) -> asio::awaitable<void> {
             notices.push_back(std::move(notice));
             co_return;
         }}};
    ConsentBook consents{store, clock, 480min, [] { return std::vector<std::string>{"face-east"}; }};
};

TEST_F(Enrolling, SendsNoFaceWithoutConsentAndAuditsTheRefusal)
{
    EXPECT_EQ(enrol().error(), base::Errc::unauthorised);
    EXPECT_THAT(terminal->faces, IsEmpty());
    EXPECT_THAT(terminal->persons, IsEmpty());
    ASSERT_EQ(store.audit_table.size(), 1U);
    EXPECT_EQ(store.audit_table[0].action, "face-enrol");
    EXPECT_EQ(store.audit_table[0].result, "refused");
}

TEST_F(Enrolling, SendsAFaceToTheTerminalAndKeepsNothingOfIt)
{
    agree();
    const auto enrolled = enrol();
    ASSERT_EQ(enrolled->size(), 1U);
    EXPECT_TRUE(enrolled->front().done);
    EXPECT_EQ(terminal->faces.at("10086"), "\xff\xd8\xff face");
    EXPECT_TRUE(store.face_table.contains({"face-east", "10086"}));
    EXPECT_EQ(store.audit_table.back().result, "done");
    for (const auto& [device, memory] : store.memory_table)
        for (const auto& [key, value] : memory)
            EXPECT_EQ(value.find("\xff\xd8"), std::string::npos) << device;
    ask(lists.sync("face-east", true, "li")); // and it stays
    EXPECT_TRUE(terminal->faces.contains("10086"));
}

TEST_F(Enrolling, KnowsNobodyWhoIsOnNoListForTheTerminal)
{
    agree();
    store.credential_table.clear();
    EXPECT_EQ(enrol().error(), base::Errc::not_found);
    site.devices[0].lists = config::ListPolicy::off;
    EXPECT_EQ(enrol().error(), base::Errc::not_found);
    EXPECT_THAT(terminal->faces, IsEmpty());
}

TEST_F(Enrolling, AWithdrawalTakesTheFaceAndLeavesThePerson)
{
    agree();
    enrol();
    clock.advance(1h);
    EXPECT_TRUE(ask(consents.withdraw("10086", "face", "li")));
    EXPECT_EQ(enrol().error(), base::Errc::unauthorised);
    ask(lists.sync("face-east", true, "li"));
    EXPECT_THAT(terminal->faces, IsEmpty());
    EXPECT_TRUE(terminal->persons.contains("10086"));
    EXPECT_THAT(store.face_table, IsEmpty());
    EXPECT_EQ(ask(consents.withdraw("10086", "face", "li")).error(), base::Errc::not_found);
}

TEST_F(Enrolling, AWithdrawalAlsoTakesAFaceThatSomebodyEnteredAtTheTerminal)
{
    agree();
    ListEntry other;
    other.type = ListEntry::Type::person;
    other.value = "10086";
    terminal->persons["10086"] = other;
    terminal->faces["10086"] = "entered there";
    store.credential_table.clear(); // moved out
    ask(consents.withdraw("10086", "face", "li"));
    ask(lists.sync("face-east", true, "li"));
    EXPECT_THAT(terminal->faces, IsEmpty());
    EXPECT_THAT(terminal->persons, IsEmpty());
}

TEST_F(Enrolling, ATerminalThatIsAwayGivesTheFaceUpWhenItIsBack)
{
    agree();
    enrol();
    terminal->away = true;
    ask(consents.withdraw("10086", "face", "li"));
    ask(lists.sync("face-east", true, "li"));
    EXPECT_TRUE(store.face_table.contains({"face-east", "10086"}));
    terminal->away = false;
    ask(lists.sync("face-east", true, "li"));
    EXPECT_THAT(terminal->faces, IsEmpty());
    EXPECT_THAT(store.face_table, IsEmpty());
}

TEST_F(Enrolling, ReportsAFaceThatHasNotGoneAfterADay)
{
    agree();
    enrol();
    terminal->away = true;
    ask(consents.withdraw("10086", "face", "li"));
    tasks.spawn("lists", lists.run());
    for (int hour = 0; hour < 26; ++hour) {
        io.restart();
        io.poll();
        clock.advance(1h);
    }
    io.restart();
    io.poll();
    EXPECT_THAT(reports, ElementsAre(testing::HasSubstr("face-east bad: 1 entries")));
}

TEST_F(Enrolling, SaysWhenSoManyFacesAreEnrolledThatTheyHaveToBeFiled)
{
    for (int i = 0; i < 79'999; ++i)
        store.face_table.emplace("face-east", "p" + std::to_string(i));
    agree();
    enrol();
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].what, "faces_many");
    EXPECT_FALSE(notices[0].ok);
    enrol(); // told once
    EXPECT_EQ(notices.size(), 1U);
}

TEST(ConsentCsv, ReadsWhatAConsentNeedsAndSaysWhatIsMissing)
{
    const auto parsed = parse_consents("人员编号,用途,文本版本,同意时间,方式,未满14周岁,监护人,撤回时间\n"
                                       "10086,,v3,2026-01-05,纸质,否,,\n"
                                       "10087,welfare,v3,2026-01-05,app,是,10086,2026-02-01\n"
                                       "10088,face,v3,2026-01-05,app,是,,\n"
                                       ",face,v3,2026-01-05,app,,,\n"
                                       "10089,face,,,,,,\n"
                                       "10090,face,v3,2026-01-05,app,maybe,,2025-01-01\n",
                                       480min);
    ASSERT_EQ(parsed.records.size(), 2U);
    EXPECT_EQ(parsed.records[0].purpose, "face");
    EXPECT_TRUE(parsed.records[1].under_14);
    EXPECT_TRUE(parsed.records[1].withdrawn_at.has_value());
    std::string errors;
    for (const auto& error : parsed.errors)
        errors += std::to_string(error.line) + ": " + error.text + '\n';
    EXPECT_EQ(errors, "4: guardian is missing: for a child under 14 the guardian agrees\n"
                      "5: person is missing\n"
                      "6: text_version is missing\n6: method is missing\n6: given_at is missing\n"
                      "7: under_14 is neither yes nor no\n7: withdrawn_at lies before given_at\n");
}

TEST_F(Enrolling, AnImportAddsAndChangesRecordsAndNeverTakesOneAway)
{
    agree();
    const std::string more = "person,text_version,given_at,method,withdrawn_at\n"
                             "10086,v3,1970-01-01,paper,1970-01-02\n10087,v3,1970-01-01,paper,\n";
    const auto trial = ask(consents.import(more, "li", true));
    EXPECT_FALSE(trial->imported);
    EXPECT_EQ(trial->added, 1U);
    EXPECT_EQ(trial->changed, 1U);
    EXPECT_EQ(store.consent_table.size(), 1U);
    ask(consents.import(more, "li", false));
    EXPECT_EQ(store.consent_table.size(), 2U);
    ask(consents.import("person,text_version,given_at,method\n10088,v3,1970-01-01,paper\n", "li", false));
    EXPECT_EQ(store.consent_table.size(), 3U);
    const auto wrong = ask(consents.import("person,method\n10089,paper\n", "li", false));
    EXPECT_FALSE(wrong->imported);
    EXPECT_EQ(store.consent_table.size(), 3U);
}

} // namespace
} // namespace gatehouse::access
