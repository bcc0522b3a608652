// The simulated Dahua device: what it claims to be must hold before anything is proved with it.
#include "tests/sim/dahua/device.hpp"
#include "tests/sim/scene.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

namespace gatehouse::sim::dahua {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string attach = "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=1";
const std::string snaps =
    "/cgi-bin/snapManager.cgi?action=attachFileProc&channel=1&heartbeat=1&Flags[0]=Event&Events=[All]";

class SimulatedDahua : public Scene {
public:
    std::string tell(const std::string& line) { return site->command(line); }

    asio::awaitable<Tcp::socket> opened(std::string target, std::string method = "GET")
    {
        Tcp::socket socket(io);
        const Tcp::endpoint device(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(device, asio::use_awaitable);
        const auto request = method + " " + target + " HTTP/1.1\r\nConnection: close\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        co_return socket;
    }
    // One request to its port, and the whole answer.
    asio::awaitable<std::string> ask(std::string target, std::string method = "GET")
    {
        auto socket = co_await opened(std::move(target), std::move(method));
        std::string text;
        std::array<char, 4096> chunk{};
        const auto buffer = asio::buffer(chunk);
        boost::system::error_code failure;
        for (;;) {
            const auto size =
                co_await socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
            if (failure) co_return text;
            text.append(chunk.data(), size);
        }
    }
    // What a stream says up to a text.
    asio::awaitable<std::string> until(Tcp::socket& socket, std::string mark)
    {
        auto into = asio::dynamic_buffer(heard);
        boost::system::error_code failure;
        const auto size = co_await asio::async_read_until(socket, into, mark,
                                                          asio::redirect_error(asio::use_awaitable, failure));
        auto text = heard.substr(0, size);
        heard.erase(0, size);
        co_return failure ? "closed: " + text : text;
    }
    std::string heard;
};

TEST_F(SimulatedDahua, StreamsEventsAndHeartbeatsAndKeepsARecord)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        auto socket = co_await opened(attach);
        auto text = co_await until(socket, "Heartbeat");
        EXPECT_THAT(text, HasSubstr("boundary=myboundary"));
        EXPECT_THAT(
            text, HasSubstr("--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat"));
        EXPECT_EQ(tell("emit d pass 772021"), "ok");
        text = co_await until(socket, "}\n");
        EXPECT_THAT(text, HasSubstr("Code=AccessControl;action=Pulse;index=0;data={"));
        EXPECT_THAT(text, HasSubstr("\"UserID\" : \"772021\""));
        const auto log = co_await ask(
            "/cgi-bin/recordFinder.cgi?action=doSeekFind&name=AccessControlCardRec&count=10&offset=0");
        EXPECT_THAT(log, HasSubstr("totalCount=1\r\nfound=1\r\n"));
        EXPECT_THAT(log, HasSubstr("records[0].UserID=772021\r\n"));
        EXPECT_EQ(tell("mute d on"), "ok");
        EXPECT_EQ(tell("emit d pass 8"), "ok");
        co_await pause(20ms);
        EXPECT_EQ(tell("mute d off"), "ok");
        text = co_await until(socket, "Heartbeat");
        EXPECT_THAT(text, Not(HasSubstr("AccessControl")));
        EXPECT_EQ(tell("reset_serials d"), "ok");
        EXPECT_EQ(tell("emit d pass 9"), "ok");
        text = co_await until(socket, "}\n");
        EXPECT_THAT(text, HasSubstr("\"RecNo\" : 1,"));
        const auto anew = co_await ask("/cgi-bin/recordFinder.cgi?action=find&name=AccessControlCardRec");
        EXPECT_THAT(anew, HasSubstr("totalCount=1\r\n"));
    };
    run("[[dahua]]\nid=\"d\"\nkind=\"face\"\n", scene());
    EXPECT_THAT(oracle_text(),
                HasSubstr(R"("e":"created","device":"d","record":"1","type":"AccessControl")"));
}

TEST_F(SimulatedDahua, JoinsPicturesAndTellsACarAsAGroup)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        auto socket = co_await opened(snaps);
        (void)co_await until(socket, "Heartbeat");
        EXPECT_EQ(tell("gb18030 d on"), "ok");
        EXPECT_EQ(tell("emit d plate 沪A12345"), "ok");
        const auto text = co_await until(socket, "IndexInGroup=3\r\n");
        EXPECT_THAT(text, HasSubstr("Events[0].EventBaseInfo.Code=TrafficJunction\r\n"));
        EXPECT_THAT(text, HasSubstr("TrafficCar.PlateNumber=\xBB\xA6\x41\x31"));
        EXPECT_THAT(text, HasSubstr("Events[0].ImageInfo[1].Offset=15\r\n"));
        EXPECT_THAT(text, HasSubstr("Content-Type: image/jpeg\r\nContent-Length:30\r\n"));
    };
    run("[[dahua]]\nid=\"d\"\nkind=\"plate\"\ngroup=true\n", scene());
}

TEST_F(SimulatedDahua, ObeysTheWordsForTrouble)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        auto socket = co_await opened(attach);
        (void)co_await until(socket, "Heartbeat");
        EXPECT_EQ(tell("garbage d"), "ok");
        EXPECT_EQ(tell("emit d alarm"), "ok");
        const auto junked = co_await until(socket, "ChassisIntruded");
        EXPECT_THAT(junked, HasSubstr("no message at all"));
        EXPECT_EQ(tell("clock_skew d -1h"), "ok");
        EXPECT_EQ(tell("emit d frobnicate"), "error: unknown type frobnicate");
        EXPECT_EQ(tell("reboot d 20ms"), "ok");
        const auto end = co_await until(socket, "never said");
        EXPECT_THAT(end, HasSubstr("closed"));
        co_await pause(100ms);
        const auto name = co_await ask("/cgi-bin/magicBox.cgi?action=getDeviceType");
        EXPECT_THAT(name, HasSubstr("type=ASI7213Y-V3"));
    };
    run("[[dahua]]\nid=\"d\"\nkind=\"face\"\nno_length=true\n", scene());
}

TEST_F(SimulatedDahua, MovesItsMetalAsItIsInTheMood)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const std::string open =
            "/cgi-bin/trafficSnap.cgi?action=openStrobe&channel=1&info.openType=Normal&info.plateNumber=A";
        const auto moved = co_await ask(open);
        EXPECT_THAT(moved, HasSubstr("OK\r\n"));
        EXPECT_EQ(tell("command d refuse"), "ok");
        const auto refused = co_await ask(open);
        EXPECT_THAT(refused, HasSubstr("HTTP/1.1 400"));
        const auto unknown = co_await ask("/cgi-bin/accessControl.cgi?action=openDoor&channel=1");
        EXPECT_THAT(unknown, HasSubstr("HTTP/1.1 400"));
        const auto listed = co_await ask(
            "/cgi-bin/"
            "recordUpdater.cgi?action=insert&name=TrafficRedList&PlateNumber=%E6%B2%AAA1&MasterOfCar=");
        EXPECT_THAT(listed, HasSubstr("RecNo=1"));
        const auto rows = co_await ask("/cgi-bin/recordFinder.cgi?action=find&name=TrafficRedList&count=9");
        EXPECT_THAT(rows, HasSubstr("records[0].PlateNumber=沪A1\r\n"));
    };
    run("[[dahua]]\nid=\"d\"\nkind=\"plate\"\n", scene());
    const auto text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("output":"barrier/1","action":"open","moved":true)"));
    EXPECT_THAT(text, HasSubstr(R"("output":"barrier/1","action":"open","moved":false)"));
}

TEST_F(SimulatedDahua, AsksForThePassword)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto refused = co_await ask("/cgi-bin/magicBox.cgi?action=getDeviceType");
        EXPECT_THAT(refused, HasSubstr("401"));
        EXPECT_THAT(refused, HasSubstr("realm=\"Login to 6C01E93PAG69A7D\""));
    };
    run("[[dahua]]\nid=\"d\"\nusername=\"admin\"\npassword=\"secret\"\n", scene());
}

TEST_F(SimulatedDahua, RefusesEverybodyBesideItsStream)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        auto socket = co_await opened(attach);
        (void)co_await until(socket, "Heartbeat");
        Tcp::socket second(io);
        const Tcp::endpoint device(asio::ip::address_v4::loopback(), port());
        boost::system::error_code failure;
        co_await second.async_connect(device, asio::redirect_error(asio::use_awaitable, failure));
        EXPECT_EQ(failure, asio::error::connection_refused);
        EXPECT_EQ(tell("emit d alarm"), "ok");
        const auto text = co_await until(socket, "ChassisIntruded");
        EXPECT_THAT(text, Not(HasSubstr("closed")));
        socket.close();
        EXPECT_EQ(tell("emit d alarm"), "ok"); // it notices
        EXPECT_EQ(tell("emit d alarm"), "ok");
        for (failure = asio::error::connection_refused; failure == asio::error::connection_refused;) {
            co_await pause(5ms);
            second.close();
            co_await second.async_connect(device, asio::redirect_error(asio::use_awaitable, failure));
        }
        EXPECT_FALSE(failure);
    };
    run("[[dahua]]\nid=\"d\"\nkind=\"face\"\nblocks_port=true\n", scene());
}

TEST_F(SimulatedDahua, PostsUntilItIsAcknowledgedAndOpensByTheAnswer)
{
    Tcp::acceptor gateway(io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const auto scene = [this, &gateway]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit d pass 沪A12345"), "ok");
        for (const auto* said : {"HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\n{}",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"OpenStrobe\":true}"}) {
            Tcp::socket socket(io);
            co_await gateway.async_accept(socket, asio::use_awaitable);
            std::string buffer;
            Request request;
            const bool read = co_await read_request(socket, buffer, request);
            EXPECT_TRUE(read);
            EXPECT_EQ(request.path, "/push/d/NotificationInfo/TollgateInfo");
            EXPECT_THAT(request.body, HasSubstr("\"PlateNumber\":\"沪A12345\""));
            const std::string answer = said;
            co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
        }
        while (site->stats().find("\"acked\":1") == std::string::npos)
            co_await pause(1ms);
    };
    run(fmt::format("[[dahua]]\nid=\"d\"\nkind=\"plate\"\nstyle=\"itsapi\"\nretry=\"5ms\"\n"
                    "push=\"http://127.0.0.1:{}/push/d\"\n",
                    gateway.local_endpoint().port()),
        scene());
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"barrier/1","action":"open","moved":true)"));
}

} // namespace
} // namespace gatehouse::sim::dahua
