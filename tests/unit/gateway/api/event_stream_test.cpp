#include "gateway/api/event_feed.hpp"
#include "tests/unit/gateway/api/server_fixture.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace gatehouse::api {
namespace {

namespace websocket = boost::beast::websocket;

// One browser's WebSocket, and what came of it.
struct Browser {
    explicit Browser(asio::io_context& io) : socket(io) {}

    websocket::stream<tcp::socket> socket;
    std::vector<boost::json::value> heard;
    bool begun = false;
    bool ended = false;
    bool reads = true;

    [[nodiscard]] std::vector<std::int64_t> seqs() const
    {
        std::vector<std::int64_t> found;
        for (const auto& one : heard)
            if (one.at("kind") == "event") found.push_back(one.at("event").at("seq").as_int64());
        return found;
    }
    [[nodiscard]] bool has(std::string_view kind) const
    {
        return std::any_of(heard.begin(), heard.end(),
                           [&](const auto& one) { return one.at("kind").as_string() == kind; });
    }
    [[nodiscard]] int close_code() const { return socket.reason().code; }
};

class EventStreamTest : public ApiServerTest {
protected:
    EventStreamTest() : going(io.get_executor()) {}
    // The browsers go first: the server waits for them to answer its goodbye.
    ~EventStreamTest() override { leave(); }
    void leave()
    {
        for (auto& browser : browsers) {
            base::error_code ignored;
            browser->socket.next_layer().close(ignored);
        }
        run_until([&] { return going.size() == 0; });
    }

    Browser& follow(const std::string& query = "", bool reads = true)
    {
        browsers.push_back(std::make_unique<Browser>(io));
        auto& browser = *browsers.back();
        browser.reads = reads;
        auto& socket = browser.socket.next_layer();
        socket.open(tcp::v4());
        if (!reads) socket.set_option(asio::socket_base::receive_buffer_size(64 * 1024));
        socket.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->port()));
        going.spawn("browser", converse(browser, query));
        run_until([&] { return browser.begun; });
        return browser;
    }
    asio::awaitable<void> converse(Browser& browser, std::string query)
    {
        const std::string host = "localhost:" + std::to_string(server->port());
        browser.socket.set_option(
            websocket::stream_base::decorator([host, word = cookie](websocket::request_type& request) {
                request.set(boost::beast::http::field::origin, "http://" + host);
                if (!word.empty()) request.set(boost::beast::http::field::cookie, word);
            }));
        const std::string target = "/api/v1/events/stream" + query;
        co_await browser.socket.async_handshake(host, target, asio::as_tuple(asio::use_awaitable));
        browser.begun = true;
        if (browser.reads) co_await hear(browser);
    }
    asio::awaitable<void> hear(Browser& browser)
    {
        boost::beast::flat_buffer buffer;
        for (;;) {
            const auto [reason, size] =
                co_await browser.socket.async_read(buffer, asio::as_tuple(asio::use_awaitable));
            if (reason) break;
            const auto bytes = buffer.cdata();
            browser.heard.push_back(
                boost::json::parse(std::string_view(static_cast<const char*>(bytes.data()), bytes.size())));
            buffer.clear();
        }
        browser.ended = true;
    }
    static std::string upgrade(const std::string& more)
    {
        return "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               more + "\r\n";
    }
    // The status of what refuses it.
    unsigned refusal_of(const std::string& more)
    {
        const auto answer = over_tcp(upgrade(more + "Content-Length: 0\r\n"), true);
        return status_of(answer);
    }
    std::string over_tcp(const std::string& request, bool shut_after = false)
    {
        tcp::socket socket(io);
        socket.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->port()));
        if (!shut_after) return exchange(Socket(std::move(socket)), request);
        asio::write(socket, asio::buffer(request));
        socket.shutdown(tcp::socket::shutdown_send);
        return exchange(Socket(std::move(socket)), "");
    }
    // As large as a browser can hardly take in one go.
    void journal_large()
    {
        model::Event event;
        event.id = "01J1" + std::to_string(store.last_seq() + 1);
        event.device = "gateway";
        event.device_key = event.id;
        event.body = model::SystemNotice{"disk", true, std::string(200'000, 'x')};
        store::Change change;
        change.events.push_back(std::move(event));
        base::TaskGroup group(io.get_executor());
        group.spawn("commit", commit(std::move(change)));
        run_until([&] { return group.size() == 0; });
    }
    std::uint64_t refused(const char* reason)
    {
        return metrics.counter("gatehouse_api_refused_total", "", {{"reason", reason}}).value();
    }
    void settle()
    {
        for (int i = 0; i < 100; ++i)
            io.poll();
    }

    base::TaskGroup going;
    std::vector<std::unique_ptr<Browser>> browsers;
    std::string cookie; // of whoever follows; empty: none
};

TEST_F(EventStreamTest, ABrowserHearsOfWhatHappensFromNowOn)
{
    journal("before");
    ASSERT_TRUE(start());
    auto& browser = follow();
    run_until([&] { return browser.has("hello"); });
    EXPECT_EQ(browser.heard[0].at("last_seq"), 1);
    EXPECT_EQ(browser.heard[0].at("server_time"), "2026-01-01T08:00:00.000+08:00");
    journal("a");
    run_until([&] { return browser.seqs().size() == 1; });
    journal("b");
    clock.advance(50ms);
    run_until([&] { return browser.seqs().size() == 2; });
    EXPECT_EQ(browser.seqs(), (std::vector<std::int64_t>{2, 3}));
    const auto listed = json_of(over_tcp(get_text("/api/v1/events/2")));
    EXPECT_EQ(browser.heard[1].at("event"), listed) << "as the list of events has it";
}

TEST_F(EventStreamTest, ABrowserThatWasAwayGoesOnWhereItWasAndLeavesTimeForOthers)
{
    for (int i = 0; i < 220; ++i)
        journal("a");
    ASSERT_TRUE(start());
    auto& browser = follow("?after=20");
    run_until([&] { return browser.heard.size() == 129; });
    settle();
    EXPECT_EQ(browser.seqs().size(), 128U) << "in one beat";
    clock.advance(50ms);
    run_until([&] { return browser.seqs().size() == 200; });
    for (std::size_t i = 0; i < 200; ++i)
        ASSERT_EQ(browser.heard[i + 1].at("event").at("seq").as_int64(), static_cast<std::int64_t>(i) + 21);
    EXPECT_FALSE(browser.has("gap"));
}

TEST_F(EventStreamTest, ManyBrowsersThatAreBehindShareWhatOneMayHave)
{
    for (int i = 0; i < 300; ++i)
        journal("a");
    ASSERT_TRUE(start());
    auto& first = follow("?after=0");
    std::vector<Browser*> all{&first};
    for (int i = 1; i < 8; ++i)
        all.push_back(&follow("?after=0"));
    const auto have = [&](std::size_t texts) {
        return std::all_of(all.begin(), all.end(), [&](auto* one) { return one->seqs().size() >= texts; });
    };
    run_until([&] { return have(128); });
    clock.advance(100ms); // of 128 texts to each of eight, an eighth of a second is used up by
    settle();
    EXPECT_EQ(all.back()->seqs().size(), 128U);
    clock.advance(28ms);
    run_until([&] { return have(256); });
}

TEST_F(EventStreamTest, APersonIsCalledAsTheListHasItAndHasNoNameWherePersonsAreHidden)
{
    services.person_name = [](const std::string& person) {
        return std::string(person == "1017" ? "张三" : "");
    };
    EventFeed feed(io.get_executor(), clock, services);
    model::AccessAttempt attempt;
    attempt.person = "1017";
    model::Entry entry;
    entry.seq = 1;
    entry.event.body = attempt;
    EXPECT_NE(feed.text_of(entry, false)->find(R"("person_name":"张三")"), std::string::npos);
    EXPECT_EQ(feed.text_of(entry, true)->find("张三"), std::string::npos);
    attempt.person = "1018";
    entry.seq = 2;
    entry.event.body = attempt;
    EXPECT_EQ(feed.text_of(entry, false)->find("person_name"), std::string::npos) << "on no list";
}

TEST_F(EventStreamTest, WhatIsGoneIsToldAsAGap)
{
    for (int i = 0; i < 6; ++i)
        journal("a");
    std::erase_if(store.journal, [](const auto& entry) { return entry->seq != 4; });
    ASSERT_TRUE(start());
    auto& browser = follow("?after=1");
    run_until([&] { return browser.heard.size() == 4; });
    EXPECT_EQ(boost::json::serialize(browser.heard[1]), R"({"kind":"gap","from":2,"to":3})");
    EXPECT_EQ(browser.seqs(), std::vector<std::int64_t>{4});
    EXPECT_EQ(boost::json::serialize(browser.heard[3]), R"({"kind":"gap","from":5,"to":6})");
}

TEST_F(EventStreamTest, ANumberOfAnotherJournalIsNoReasonToWaitForIt)
{
    ASSERT_TRUE(start());
    auto& browser = follow("?after=1000");
    run_until([&] { return browser.has("hello"); });
    journal("a");
    run_until([&] { return browser.seqs().size() == 1; });
}

TEST_F(EventStreamTest, AQuietJournalIsATickEveryTenSeconds)
{
    ASSERT_TRUE(start());
    auto& browser = follow();
    run_until([&] { return browser.has("hello"); });
    settle();
    clock.advance(9s);
    settle();
    EXPECT_FALSE(browser.has("tick"));
    clock.advance(1s);
    run_until([&] { return browser.has("tick"); });
}

TEST_F(EventStreamTest, OnlyAPageOfOursMayFollow)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(refusal_of("Origin: http://evil.example\r\n"), 403U);
    EXPECT_EQ(refusal_of("Origin: null\r\n"), 403U);
    EXPECT_EQ(refusal_of(""), 403U) << "a browser names the origin";
    EXPECT_EQ(refusal_of("Origin: http://localhost:1\r\n"), 403U) << "another port is another origin";
    EXPECT_EQ(refusal_of("Origin: http://localhost\r\n"), 101U);
    EXPECT_EQ(get_status("/api/v1/events/stream"), 426U);
}

TEST_F(EventStreamTest, OnlySoManyMayFollow)
{
    options.streams_max = 1;
    ASSERT_TRUE(start());
    follow();
    EXPECT_EQ(refusal_of("Origin: http://localhost\r\n"), 503U);
    EXPECT_EQ(refused("streams"), 1U);
}

TEST_F(EventStreamTest, ABrowserThatTakesNothingIsLeftAndTheOthersHearOn)
{
    ASSERT_TRUE(start());
    follow("", false);
    auto& good = follow();
    for (int i = 0; i < 20; ++i)
        journal_large();
    clock.advance(50ms);
    run_until([&] { return good.seqs().size() == 20; });
    settle();
    clock.advance(16s);
    run_until([&] { return refused("slow_stream") == 1; });
    journal("a");
    clock.advance(50ms);
    run_until([&] { return good.seqs().size() == 21; });
}

TEST_F(EventStreamTest, ABrowserThatIsMerelySlowIsToldSo)
{
    ASSERT_TRUE(start());
    auto& slow = follow("", false);
    for (int i = 0; i < 20; ++i)
        journal_large();
    clock.advance(50ms);
    settle();
    clock.advance(11s);
    settle();
    going.spawn("hears again", hear(slow));
    run_until([&] { return slow.ended; });
    EXPECT_EQ(slow.close_code(), 4408);
    EXPECT_EQ(refused("slow_stream"), 1U);
}

TEST_F(EventStreamTest, ABrowserThatTalksMuchIsEnded)
{
    ASSERT_TRUE(start());
    auto& browser = follow();
    const std::string much(5'000, 'x');
    browser.socket.write(asio::buffer(much));
    run_until([&] { return browser.ended; });
    EXPECT_EQ(browser.close_code(), websocket::close_code::too_big);
}

// With somebody who is logged in.
class EventStreamSessionTest : public EventStreamTest {
protected:
    EventStreamSessionTest()
    {
        store::Account guard;
        guard.name = "li";
        guard.role = "guard";
        guard.lanes = {"east-in"};
        guard.password = "hash of right horse";
        store.account_table[guard.name] = guard;
        going.spawn("load", load());
        run_until([&] { return going.size() == 0; });
        services.accounts = &accounts;
    }
    ~EventStreamSessionTest() override
    {
        leave();
        stop();
    }
    asio::awaitable<void> load()
    {
        const auto loaded = co_await accounts.load();
        EXPECT_TRUE(loaded);
        const auto entrance = co_await accounts.log_in("li", "right horse", "192.0.2.7");
        session = entrance.session;
        cookie = "gatehouse_session=" + session;
    }
    void journal_in_lane(const std::string& lane)
    {
        model::Event event;
        event.id = "01J2" + std::to_string(store.last_seq() + 1);
        event.device = "a";
        event.device_key = event.id;
        event.lane = lane;
        event.body = model::BarrierMoved{};
        store::Change change;
        change.events.push_back(std::move(event));
        base::TaskGroup group(io.get_executor());
        group.spawn("commit", commit(std::move(change)));
        run_until([&] { return group.size() == 0; });
    }

    base::Random random{1};
    model::UlidSource ids{clock, random};
    account::Hasher hasher{
        io.get_executor(),
        {[](const std::string& password) { return "hash of " + password; },
         [](const std::string& hash, const std::string& password) { return hash == "hash of " + password; },
         [](const std::string&) { return false; }}};
    account::Accounts accounts{account::Accounts::Ports{.clock = clock,
                                                        .metrics = metrics,
                                                        .ids = ids,
                                                        .store = store,
                                                        .hasher = hasher,
                                                        .note = [](store::AuditRecord) {},
                                                        .note_lock_out = [](const std::string&) {}}};
    std::string session;
};

TEST_F(EventStreamSessionTest, OnlyWhoeverIsLoggedInMayFollow)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(refusal_of("Origin: http://localhost\r\n"), 401U);
    EXPECT_EQ(refusal_of("Origin: http://localhost\r\nCookie: " + cookie + "\r\n"), 101U);
    EXPECT_EQ(refusal_of("Cookie: " + cookie + "\r\n"), 403U) << "a browser names the origin";
    EXPECT_EQ(refusal_of("Origin: http://evil.example\r\nCookie: " + cookie + "\r\n"), 403U);
}

TEST_F(EventStreamSessionTest, AGuardHearsOfHisLanesAndOfWhatHasNone)
{
    ASSERT_TRUE(start());
    auto& browser = follow();
    run_until([&] { return browser.has("hello"); });
    for (const auto* lane : {"west-in", "east-in", ""})
        journal_in_lane(lane);
    run_until([&] {
        clock.advance(10ms); // what was missed while a page was being sent comes with the next beat
        return browser.seqs().size() == 2;
    });
    EXPECT_EQ(browser.seqs(), (std::vector<std::int64_t>{2, 3}));
    EXPECT_FALSE(browser.has("gap")) << "what is not for him is not missing";
}

TEST_F(EventStreamSessionTest, TheStreamEndsWithTheSessionAndDoesNotKeepItAlive)
{
    ASSERT_TRUE(start());
    auto& browser = follow();
    run_until([&] { return browser.has("hello"); });
    for (int i = 0; i < 91 && !browser.ended; ++i) { // fifteen idle minutes, a tick each ten seconds
        clock.advance(10s);
        settle();
    }
    run_until([&] { return browser.ended; });
    EXPECT_EQ(browser.close_code(), 4401);
}

TEST_F(EventStreamTest, WhoeverFollowsIsToldThatTheGatewayStops)
{
    ASSERT_TRUE(start());
    auto& browser = follow();
    run_until([&] { return browser.has("hello"); });
    base::TaskGroup stopping(io.get_executor());
    stopping.spawn("stop", server->stop());
    run_until([&] { return stopping.size() == 0; });
    run_until([&] { return browser.ended; });
    EXPECT_EQ(browser.close_code(), 1001);
}

} // namespace
} // namespace gatehouse::api
