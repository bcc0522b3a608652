#include "tests/unit/gateway/api/server_fixture.hpp"

namespace gatehouse::api {
namespace {

using namespace std::chrono_literals;

class ApiVisionTest : public ApiServerTest {
protected:
    ApiVisionTest()
    {
        services.device_uptime =
            [](const std::string& month) -> asio::awaitable<base::Result<std::vector<health::Uptime>>> {
            if (month == "never") co_return base::Errc::bad_input;
            std::vector<health::Uptime> all(1);
            all[0] = {"cam-1", 10h, 9h};
            co_return all;
        };
    }

    void tell(const std::string& what, bool ok, std::vector<model::Picture> pictures = {})
    {
        model::Event event;
        event.id = "01J0000000000000000000000" + std::to_string(store.last_seq() + 1);
        event.device = "cam-1";
        event.device_key = std::to_string(store.last_seq() + 1);
        clock.advance(1min);
        event.occurred_at = event.received_at = clock.wall();
        event.body = model::DeviceHealth{what, ok, ok ? "" : "because"};
        event.pictures = std::move(pictures);
        store::Change change;
        change.events.push_back(std::move(event));
        base::TaskGroup group(io.get_executor());
        group.spawn("commit", commit(std::move(change)));
        run_until([&] { return group.size() == 0; });
    }
    static model::Picture picture(const std::string& kind, const std::string& bytes)
    {
        model::Picture made;
        made.kind = kind;
        made.bytes = std::make_shared<const std::string>(bytes);
        return made;
    }
    // The store in memory has hashes of its own.
    [[nodiscard]] std::string kept_hash() const { return store.pictures.begin()->first; }
    boost::json::value health_of(const std::string& query = {})
    {
        return json_of(over_control(get_text("/api/v1/devices/cam-1/health" + query)));
    }
};

TEST_F(ApiVisionTest, TheHealthOfACameraIsItsRateAndTheTimesForWhichItsPictureWasWrong)
{
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now"), picture("reference", "then")});
    tell("picture_moved", false);
    tell("picture_blurred", true);
    tell("network", false);
    tell("picture_blurred", false);
    const auto health = health_of();
    EXPECT_EQ(health.at("device"), "cam-1");
    EXPECT_EQ(health.at("rate"), 0.9);
    const auto& states = health.at("states").as_array();
    ASSERT_EQ(states.size(), 3U);
    EXPECT_EQ(states[0].at("state"), "blurred");
    EXPECT_EQ(states[0].as_object().if_contains("to"), nullptr);
    EXPECT_EQ(states[1].at("state"), "moved");
    EXPECT_EQ(states[1].as_object().if_contains("to"), nullptr);
    EXPECT_EQ(states[2].at("state"), "blurred");
    EXPECT_NE(states[2].as_object().if_contains("to"), nullptr);
    EXPECT_EQ(states[2].at("pictures").as_array().size(), 2U);
    EXPECT_EQ(states[2].at("pictures").at(1).at("kind"), "reference");
}

TEST_F(ApiVisionTest, AMonthThatIsNoneIsRefused)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(status_of(over_control(get_text("/api/v1/devices/cam-1/health?month=never"))), 400U);
}

TEST_F(ApiVisionTest, ACameraThatWasAimedAnewIsLearntAgainAndTheAuditSaysWhoSaidSoAndWhy)
{
    std::string asked;
    services.device_relearn = [&](std::string device) -> asio::awaitable<base::Result<void>> {
        asked = std::move(device);
        co_return base::Result<void>();
    };
    std::vector<audit::Record> records;
    services.record = [&](audit::Record record) -> asio::awaitable<base::Result<void>> {
        records.push_back(std::move(record));
        co_return base::Result<void>();
    };
    ASSERT_TRUE(start());
    const auto answer = over_control(post_text("/api/v1/devices/cam-1/health/relearn?operator=li",
                                               R"({"reason":"aimed at the other gate"})"));
    ASSERT_EQ(status_of(answer), 200U);
    EXPECT_EQ(asked, "cam-1");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].action, "device-relearn");
    EXPECT_EQ(records[0].target, "cam-1");
    EXPECT_EQ(records[0].detail, "aimed at the other gate");
    EXPECT_EQ(records[0].result, "done");
    EXPECT_TRUE(records[0].actor.starts_with("li (")) << records[0].actor;
}

TEST_F(ApiVisionTest, ADeviceThatIsNotConfiguredHasNoHealth)
{
    services.devices = [] { return std::vector<DeviceView>(); };
    ASSERT_TRUE(start());
    EXPECT_EQ(status_of(over_control(get_text("/api/v1/devices/no-such/health"))), 404U);
}

TEST_F(ApiVisionTest, NothingIsLearntAnewWithoutAReasonOrWhereNobodyLooksAndTheAnswerSaysWhich)
{
    services.device_relearn = [](const std::string& device) -> asio::awaitable<base::Result<void>> {
        if (device == "lpr-1") co_return base::Errc::unsupported;
        if (device == "cam-1") co_return base::Errc::unavailable;
        co_return base::Errc::not_found;
    };
    ASSERT_TRUE(start());
    const auto ask = [this](const std::string& device, const std::string& body) {
        return over_control(post_text("/api/v1/devices/" + device + "/health/relearn", body));
    };
    EXPECT_EQ(status_of(ask("cam-1", "{}")), 400U);
    const std::string why = R"({"reason":"aimed anew"})";
    const auto plate_camera = ask("lpr-1", why);
    EXPECT_EQ(status_of(plate_camera), 501U);
    EXPECT_NE(plate_camera.find("nobody looks at the pictures of this device"), std::string::npos);
    const auto away = ask("cam-1", why);
    EXPECT_EQ(status_of(away), 503U);
    EXPECT_NE(away.find("the vision worker is away"), std::string::npos);
    EXPECT_EQ(status_of(ask("no-such", why)), 404U);
}

TEST_F(ApiVisionTest, EvidenceIsMadeFromAKeptPictureAndRecordedWithItsRecipientAndReason)
{
    std::string ordered;
    std::string given;
    services.evidence = [&](std::string order,
                            std::string bytes) -> asio::awaitable<base::Result<MadePicture>> {
        ordered = std::move(order);
        given = std::move(bytes);
        co_return MadePicture{R"({"sha256":"ab","masked":{"faces":2,"plates":0}})", "\xff\xd8\xff masked"};
    };
    std::vector<audit::Record> records;
    services.record = [&](audit::Record record) -> asio::awaitable<base::Result<void>> {
        records.push_back(std::move(record));
        co_return base::Result<void>();
    };
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now")});
    const auto target = "/api/v1/media/" + kept_hash() + "/evidence";
    const auto answer = over_control(
        post_text(target, R"({"recipient":"centre","purpose":"report","reason":"a drill","operator":"li"})"));
    ASSERT_EQ(status_of(answer), 200U);
    EXPECT_NE(answer.find("X-Evidence: {\"sha256\":\"ab\""), std::string::npos);
    EXPECT_NE(answer.find("\xff\xd8\xff masked"), std::string::npos);
    EXPECT_EQ(given, "now");
    EXPECT_EQ(boost::json::parse(ordered),
              boost::json::parse(R"({"recipient":"centre","purpose":"report"})"));
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].action, "picture-evidence");
    EXPECT_EQ(records[0].detail,
              "for centre (report): a drill; sha256 ab; masked {\"faces\":2,\"plates\":0}");
}

TEST_F(ApiVisionTest, TextBelowAPictureForAnybodyShowsNoPlate)
{
    std::string ordered;
    services.evidence = [&](std::string order,
                            const std::string&) -> asio::awaitable<base::Result<MadePicture>> {
        ordered = std::move(order);
        co_return MadePicture{"{}", "\xff\xd8\xff masked"};
    };
    services.record = [](const audit::Record&) -> asio::awaitable<base::Result<void>> {
        co_return base::Result<void>();
    };
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now")});
    const auto text_for = [&](const std::string& whom) {
        const auto order = R"({"reason":"a drill","text":["东门 沪A12345"],)" + whom + "}";
        EXPECT_EQ(status_of(over_control(post_text("/api/v1/media/" + kept_hash() + "/evidence", order))),
                  200U);
        return std::string(boost::json::parse(ordered).at("text").at(0).as_string());
    };
    EXPECT_EQ(text_for(R"("recipient":"public")"), "东门 沪A1**45");
    EXPECT_EQ(text_for(R"("recipient":"centre","purpose":"test")"), "东门 沪A1**45");
    EXPECT_EQ(text_for(R"("recipient":"centre","purpose":"report")"), "东门 沪A12345");
}

TEST_F(ApiVisionTest, AnExportForThePoliceNamesItsRequestAndOfficerAndTheAuditKeepsThem)
{
    std::string ordered;
    services.evidence = [&](std::string order,
                            const std::string&) -> asio::awaitable<base::Result<MadePicture>> {
        ordered = std::move(order);
        co_return MadePicture{"{}", "\xff\xd8\xff as it is"};
    };
    std::string recorded;
    services.record = [&](const audit::Record& record) -> asio::awaitable<base::Result<void>> {
        recorded = record.detail;
        co_return base::Result<void>();
    };
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now")});
    const auto ask = [&](const std::string& more) {
        const auto order = R"({"recipient":"police","purpose":"export","reason":"theft")" + more + "}";
        return status_of(over_control(post_text("/api/v1/media/" + kept_hash() + "/evidence", order)));
    };
    EXPECT_EQ(ask(""), 400U);
    EXPECT_EQ(ask(R"(,"request_number":"2026-17")"), 400U);
    EXPECT_EQ(ordered, "") << "nobody looks before the order is whole";
    EXPECT_EQ(ask(R"(,"request_number":"2026-17","officer":"badge 4711")"), 200U);
    EXPECT_EQ(boost::json::parse(ordered),
              boost::json::parse(R"({"recipient":"police","purpose":"export"})"));
    EXPECT_EQ(recorded, "for police (export): theft; request_number 2026-17; officer badge 4711");
}

TEST_F(ApiVisionTest, EvidenceNeedsARecipientAReasonAndAPicture)
{
    services.evidence = [](std::string, std::string) -> asio::awaitable<base::Result<MadePicture>> {
        co_return base::Errc::bad_input;
    };
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now")});
    const auto ask = [this](const std::string& hash, const std::string& body) {
        return status_of(over_control(post_text("/api/v1/media/" + hash + "/evidence", body)));
    };
    const auto kept = kept_hash();
    EXPECT_EQ(ask(kept, R"({"recipient":"centre"})"), 400U);
    EXPECT_EQ(ask(kept, R"({"reason":"a drill"})"), 400U);
    EXPECT_EQ(ask(std::string(64, '0'), R"({"recipient":"centre","reason":"a drill"})"), 404U);
    EXPECT_EQ(ask(kept, R"({"recipient":"centre","reason":"a drill","crop":"here"})"), 422U);
}

TEST_F(ApiVisionTest, NothingIsHandedOutUnrecorded)
{
    services.evidence = [](std::string, std::string) -> asio::awaitable<base::Result<MadePicture>> {
        co_return MadePicture{"{}", "\xff\xd8\xff masked"};
    };
    services.record = [](const audit::Record&) -> asio::awaitable<base::Result<void>> {
        co_return base::Errc::disk_full;
    };
    ASSERT_TRUE(start());
    tell("picture_blurred", false, {picture("scene", "now")});
    const auto answer = over_control(post_text("/api/v1/media/" + kept_hash() + "/evidence",
                                               R"({"recipient":"centre","reason":"a drill"})"));
    EXPECT_EQ(status_of(answer), 503U);
    EXPECT_EQ(answer.find("masked"), std::string::npos);
}

TEST_F(ApiVisionTest, APortraitIsJudgedAndWithoutAWorkerThatIsSaid)
{
    services.portrait_check = [](const std::string& bytes) -> asio::awaitable<base::Result<std::string>> {
        if (bytes.ends_with("nobody")) co_return base::Errc::unavailable;
        co_return R"({"ok":false})";
    };
    ASSERT_TRUE(start());
    const auto check = [this](const std::string& body) {
        return over_control(post_text("/api/v1/lists/enrol/check", body));
    };
    EXPECT_EQ(json_of(check("\xff\xd8\xff face")).at("ok"), false);
    EXPECT_EQ(status_of(check("GIF89a")), 400U);
    EXPECT_EQ(status_of(check("\xff\xd8\xff nobody")), 503U);
}

} // namespace
} // namespace gatehouse::api
