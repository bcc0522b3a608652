// The simulated RTSP camera: what it claims to be must hold before anything is proved with it.
#include "tests/sim/rtsp/camera.hpp"
#include "tests/sim/rtsp/plate.hpp"
#include "tests/sim/scene.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>

// libx265 3.5 keeps some ten kilobytes of every encoder; nothing of ours is on those stacks.
extern "C" const char* __lsan_default_suppressions(); // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions()  // NOLINT(bugprone-reserved-identifier)
{
    return "leak:libx265\n";
}

namespace gatehouse::sim::rtsp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// ---- what it draws ----

struct Light {
    double mean = 0;
    double spread = 0;
};

Light light_of(const Canvas& picture)
{
    double sum = 0;
    double squares = 0;
    for (const double value : picture.pixels()) {
        sum += value;
        squares += value * value;
    }
    const double mean = sum / static_cast<double>(picture.pixels().size());
    return {mean, std::sqrt(squares / static_cast<double>(picture.pixels().size()) - mean * mean)};
}

double difference(const Canvas& a, const Canvas& b)
{
    double sum = 0;
    for (std::size_t n = 0; n < a.pixels().size(); ++n)
        sum += std::abs(a.pixels()[n] - b.pixels()[n]);
    return sum / static_cast<double>(a.pixels().size());
}

// The share of pixels in which blue outweighs red by far.
double blue_share(const Canvas& picture)
{
    std::size_t blue = 0;
    for (std::size_t at = 0; at < picture.pixels().size(); at += 3)
        blue += picture.pixels()[at + 2] > picture.pixels()[at] + 80 ? 1U : 0U;
    return 3.0 * static_cast<double>(blue) / static_cast<double>(picture.pixels().size());
}

TEST(SimulatedPlate, HasTheColourAndTheLengthOfItsKind)
{
    const auto blue = draw_plate("沪A12345");
    EXPECT_EQ(blue.width(), 880);
    EXPECT_GT(blue_share(blue), 0.5);
    const auto green = draw_plate("沪AD12345");
    EXPECT_EQ(green.width(), 960);
    EXPECT_LT(blue_share(green), 0.01);
    EXPECT_GT(light_of(draw_plate("沪A1234警")).mean, light_of(draw_plate("粤Z123港")).mean + 100);
}

TEST(SimulatedPlate, ShowsAnotherShapeForEverySign)
{
    for (const auto* other : {"京A12345", "沪B12345", "沪A12346", "沪A72345"})
        EXPECT_GT(difference(draw_plate("沪A12345"), draw_plate(other)), 0.5) << other;
}

class SimulatedYard : public testing::Test {
public:
    Shot shot() const
    {
        Shot shot;
        shot.at = base::WallTime(std::chrono::hours(12));
        return shot;
    }
    Canvas with(std::string_view word)
    {
        auto spoiled = shot();
        spoiled.fault = parse_fault(word, "").value();
        return yard.draw(spoiled);
    }

    Yard yard{640, 360, 1, "gate"};
};

TEST_F(SimulatedYard, IsWellLitAndRichEnoughForEveryHealthCheck)
{
    auto now = shot();
    for (const bool night : {false, true}) {
        now.night = night;
        const auto light = light_of(yard.draw(now));
        EXPECT_GT(light.mean, 23); // vision.md section 6: what the darkest of normal frames have
        EXPECT_LT(light.mean, 159);
        EXPECT_GT(light.spread, 21);
    }
}

TEST_F(SimulatedYard, ShowsTheCarLargerTheCloserItComes)
{
    const auto empty = yard.draw(shot());
    auto now = shot();
    now.plate = "沪A12345";
    double before = 0;
    for (const double driven : {0.0, 0.5, 0.8, 1.0, 1.3}) {
        now.driven = driven;
        const double changed = difference(empty, yard.draw(now));
        EXPECT_GT(changed, before) << driven;
        before = changed;
    }
}

TEST_F(SimulatedYard, IsGreyByNight)
{
    auto now = shot();
    now.night = true;
    now.plate = "沪A12345";
    now.driven = 1;
    const auto picture = yard.draw(now);
    const auto plate = picture.at(330, 276); // its middle
    EXPECT_NEAR(plate.red, plate.blue, 10);  // but for the sensor's noise
    EXPECT_GT(light_of(picture).spread, 21);
}

TEST_F(SimulatedYard, DoesWhatEachFaultSays)
{
    const auto clear = light_of(with("off"));
    EXPECT_LT(light_of(with("black")).mean, 12);
    EXPECT_GT(light_of(with("over_expose")).mean, 215);
    EXPECT_LT(light_of(with("low_contrast")).spread, 14);
    EXPECT_GT(difference(with("off"), with("noise")), 20);
    EXPECT_GT(difference(with("off"), with("move")), 15);
    EXPECT_LT(light_of(with("cover")).spread, clear.spread);
    EXPECT_GT(difference(with("off"), with("stripes")), 20);
    EXPECT_LT(light_of(with("blur")).spread, clear.spread);
    EXPECT_GT(with("colour_cast").at(320, 300).red, with("colour_cast").at(320, 300).blue + 60);
    EXPECT_EQ(parse_fault("cover", "40")->share, 40);
    EXPECT_FALSE(parse_fault("cover", "140"));
    EXPECT_FALSE(parse_fault("rain", ""));
}

// ---- who comes ----

TEST(SimulatedVisits, LetOneCarComeAfterTheOther)
{
    Visits visits;
    const base::MonoTime begin{1h};
    EXPECT_FALSE(visits.at(begin));
    visits.add("沪A1", 4s, begin);
    visits.add("沪A2", 4s, begin);
    EXPECT_EQ(visits.at(begin)->driven, 0);
    EXPECT_EQ(visits.at(begin + 3s)->driven, 1);
    EXPECT_EQ(visits.at(begin + 7s)->plate, "沪A1");
    EXPECT_GT(visits.at(begin + 8s)->driven, 1);
    EXPECT_FALSE(visits.at(begin + 9s)); // gone, and the next is not there yet
    EXPECT_EQ(visits.size(), 1u);
    EXPECT_EQ(visits.at(begin + 10s)->plate, "沪A2");
    EXPECT_FALSE(visits.at(begin + 20s));
    EXPECT_EQ(visits.size(), 0u);
}

// ---- how it encodes ----

Format small(Codec codec)
{
    return {.codec = codec, .width = 320, .height = 192, .rate = 25, .gop = 3, .kbits = 800};
}

class SimulatedCodec : public testing::TestWithParam<Codec> {};

TEST_P(SimulatedCodec, BeginsWithAKeyFrameAndRepeatsItEveryGop)
{
    Encoder encoder(small(GetParam()));
    Yard yard(320, 192, 1, "gate");
    Shot shot;
    for (int frame = 0; frame < 7; ++frame) {
        shot.frame = static_cast<std::uint64_t>(frame);
        const auto unit = encoder.encode(yard.draw(shot));
        EXPECT_EQ(unit->key, GetParam() == Codec::mjpeg || frame % 3 == 0) << frame;
        const bool told = unit->key && !encoder.headers().empty();
        EXPECT_TRUE(!told || unit->parts.front() == encoder.headers().front());
        EXPECT_FALSE(unit->parts.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Every, SimulatedCodec, testing::Values(Codec::h264, Codec::h265, Codec::mjpeg));

TEST(SimulatedPackets, CutALargeUnitIntoFragmentsThatJoinAgain)
{
    for (const bool h265 : {false, true}) {
        std::string unit = h265 ? "\x26\x01" : "\x65"; // a slice of a key frame
        for (int n = 0; n < 5000; ++n)
            unit += static_cast<char>(n % 251);
        AccessUnit frame;
        frame.parts.push_back(unit);
        const auto sent = payloads(small(h265 ? Codec::h265 : Codec::h264), frame);
        ASSERT_EQ(sent.size(), 4u);
        const std::size_t head = h265 ? 3 : 2;
        std::string joined = h265 ? std::string("\x26\x01") : std::string("\x65");
        for (const auto& payload : sent) {
            EXPECT_EQ(payload.substr(0, head - 1), h265 ? std::string("\x62\x01") : std::string("\x7c"));
            const unsigned begin = &payload == &sent.front() ? 0x80U : 0;
            const unsigned end = &payload == &sent.back() ? 0x40U : 0;
            EXPECT_EQ(static_cast<unsigned char>(payload.at(head - 1)), begin | end | (h265 ? 19U : 5U));
            joined += payload.substr(head);
        }
        EXPECT_EQ(joined, unit);
    }
}

TEST(SimulatedPackets, AreNumberedAndTimedAndMarkTheEndOfAFrame)
{
    Track track(7);
    AccessUnit frame;
    frame.parts = {"\x67sps", std::string(3000, '\x65')};
    const auto first = track.packets(small(Codec::h264), frame, 0);
    const auto second = track.packets(small(Codec::h264), frame, 3600);
    ASSERT_EQ(first.size(), 4u);
    EXPECT_EQ(first[0].substr(0, 4), std::string("\x80\x60\x00\x01", 4));
    EXPECT_EQ(first[3].substr(0, 4), std::string("\x80\xe0\x00\x04", 4));
    EXPECT_EQ(first[0].substr(4, 8), std::string("\x00\x00\x00\x31\x00\x00\x00\x07", 8));
    EXPECT_EQ(second[0].substr(2, 6), std::string("\x00\x05\x00\x00\x0e\x41", 6));
}

TEST(SimulatedFilm, PlaysItsClipAgainUntilACarComes)
{
    asio::io_context io{1};
    Studio studio;
    Film film(studio, 1, "gate", 4);
    const auto play = [&]() -> asio::awaitable<void> {
        const auto format = small(Codec::h264);
        std::vector<Unit> seen;
        const Shot nobody;
        for (int frame = 0; frame < 9; ++frame) {
            auto unit = co_await film.next(format, nobody);
            seen.push_back(std::move(unit));
        }
        EXPECT_EQ(seen[4], seen[0]);
        EXPECT_EQ(seen[8], seen[0]);
        EXPECT_NE(seen[1], seen[0]);
        Shot car;
        car.plate = "沪A12345";
        const auto live = co_await film.next(format, car);
        EXPECT_TRUE(live->key); // a decoder can begin there
        const auto after = co_await film.next(format, nobody);
        EXPECT_EQ(after, seen[0]);
    };
    base::TaskGroup group(io.get_executor());
    group.spawn("play", play());
    io.run();
}

// ---- how it is spoken with ----

class SimulatedCamera : public Scene {
public:
    struct Answer {
        std::string head;
        std::string body;
    };
    const std::string estate =
        "[[rtsp]]\nid=\"c\"\nsize=\"320x192\"\nfps=25\ngop=\"400ms\"\nsub_size=\"160x96\"\n";

    std::string tell(const std::string& line) { return site->command(line); }
    std::string url(const std::string& where) { return fmt::format("rtsp://127.0.0.1:{}{}", port(), where); }

    asio::awaitable<void> connect()
    {
        socket = std::make_unique<Tcp::socket>(io);
        buffer.clear();
        const Tcp::endpoint device(asio::ip::address_v4::loopback(), port());
        co_await socket->async_connect(device, asio::use_awaitable);
    }
    asio::awaitable<bool> read_until_there(std::size_t size)
    {
        while (buffer.size() < size) {
            const bool more = co_await read_more(*socket, buffer);
            if (!more) co_return false;
        }
        co_return true;
    }
    // One request, and its answer; packets before it are passed over.
    asio::awaitable<Answer> ask(std::string method, std::string where, std::string headers)
    {
        const auto request =
            fmt::format("{} {} RTSP/1.0\r\nCSeq: {}\r\n{}\r\n", method, where, ++cseq, headers);
        co_await asio::async_write(*socket, asio::buffer(request), asio::use_awaitable);
        for (;;) {
            const bool some = co_await read_until_there(4);
            if (!some) co_return Answer();
            if (!buffer.starts_with('$')) break;
            (void)co_await packet();
        }
        Answer answer;
        while (buffer.find("\r\n\r\n") == std::string::npos)
            if (const bool more = co_await read_more(*socket, buffer); !more) co_return Answer();
        const auto end = buffer.find("\r\n\r\n") + 4;
        answer.head = buffer.substr(0, end);
        buffer.erase(0, end);
        const auto length = between(answer.head, "Content-Length: ", "\r\n");
        const std::size_t size = length.empty() ? 0 : std::stoul(length);
        (void)co_await read_until_there(size);
        answer.body = buffer.substr(0, size);
        buffer.erase(0, size);
        co_return answer;
    }
    // The next RTP packet; empty when the connection ended or what came is none.
    asio::awaitable<std::string> packet()
    {
        const bool head = co_await read_until_there(4);
        if (!head || !buffer.starts_with('$')) co_return std::string();
        const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(buffer[at]); };
        const std::size_t size = byte(2) << 8U | byte(3);
        const bool whole = co_await read_until_there(4 + size);
        if (!whole) co_return std::string();
        auto rtp = buffer.substr(4, size);
        buffer.erase(0, 4 + size);
        co_return rtp;
    }
    // The packets of one frame.
    asio::awaitable<std::vector<std::string>> frame()
    {
        std::vector<std::string> packets;
        for (bool last = false; !last;) {
            auto rtp = co_await packet();
            if (rtp.empty()) co_return packets;
            last = (static_cast<unsigned char>(rtp[1]) & 0x80U) != 0;
            packets.push_back(std::move(rtp));
        }
        co_return packets;
    }
    asio::awaitable<void> play(std::string where)
    {
        co_await connect();
        auto set_up = co_await ask("SETUP", url(where) + "/trackID=0",
                                   "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
        EXPECT_THAT(set_up.head, HasSubstr("interleaved=0-1"));
        auto played = co_await ask("PLAY", url(where), "Session: 1\r\n");
        EXPECT_THAT(played.head, StartsWith("RTSP/1.0 200"));
    }
    asio::awaitable<std::string> get(std::string where)
    {
        co_await connect();
        const auto request = fmt::format("GET {} HTTP/1.0\r\n\r\n", where);
        co_await asio::async_write(*socket, asio::buffer(request), asio::use_awaitable);
        for (bool more = true; more;)
            more = co_await read_more(*socket, buffer);
        co_return buffer;
    }

    std::unique_ptr<Tcp::socket> socket;
    std::string buffer;
    int cseq = 0;
};

// Of an H.264 packet, of whose payload it may be a fragment.
int nal_type(const std::string& rtp)
{
    constexpr int fragment = 28;
    const int type = static_cast<unsigned char>(rtp.at(12)) & 0x1f;
    return type == fragment ? static_cast<unsigned char>(rtp.at(13)) & 0x1f : type;
}

TEST_F(SimulatedCamera, DescribesItsStreamsAndSendsThemFromAKeyFrameOn)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await connect();
        const auto options = co_await ask("OPTIONS", url("/main"), "");
        EXPECT_THAT(options.head, HasSubstr("DESCRIBE"));
        const auto told = co_await ask("DESCRIBE", url("/main"), "");
        EXPECT_THAT(told.body, HasSubstr("a=rtpmap:96 H264/90000"));
        EXPECT_THAT(told.body, HasSubstr("sprop-parameter-sets=Z"));
        const auto nothing = co_await ask("DESCRIBE", url("/third"), "");
        EXPECT_THAT(nothing.head, StartsWith("RTSP/1.0 404"));
        for (const auto* name : {"/main", "/sub"}) {
            co_await play(name);
            const auto first = co_await frame();
            EXPECT_EQ(nal_type(first.at(0)), 7) << name; // what a decoder has to know
            const auto second = co_await frame();
            EXPECT_EQ(nal_type(second.at(0)), 1) << name;
        }
        EXPECT_THAT(tell("stats c"), HasSubstr("\"streams\":1"));
        const auto bye = co_await ask("TEARDOWN", url("/sub"), "");
        EXPECT_THAT(bye.head, StartsWith("RTSP/1.0 200"));
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, RefusesPacketsBesideTheConnection)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await connect();
        const auto refused = co_await ask("SETUP", url("/main/trackID=0"),
                                          "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n");
        EXPECT_THAT(refused.head, StartsWith("RTSP/1.0 461"));
        const auto early = co_await ask("PLAY", url("/main"), "");
        EXPECT_THAT(early.head, StartsWith("RTSP/1.0 455"));
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, AsksForALogIn)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await connect();
        const auto refused = co_await ask("DESCRIBE", url("/main"), "");
        EXPECT_THAT(refused.head, StartsWith("RTSP/1.0 401"));
        isapi::DigestAnswer login;
        login.username = "admin";
        login.realm = "IP Camera";
        login.nonce = between(refused.head, "nonce=\"", "\"");
        login.uri = url("/main");
        const auto header =
            fmt::format("Authorization: Digest username=\"admin\", realm=\"IP Camera\", nonce=\"{}\", "
                        "uri=\"{}\", response=\"{}\"\r\n",
                        login.nonce, login.uri, isapi::expected_response(login, "secret", "DESCRIBE"));
        const auto told = co_await ask("DESCRIBE", url("/main"), header);
        EXPECT_THAT(told.head, StartsWith("RTSP/1.0 200"));
        const auto picture = co_await get("/snapshot.jpg");
        EXPECT_THAT(picture, StartsWith("HTTP/1.1 401"));
    };
    run(estate + "username=\"admin\"\npassword=\"secret\"\n", scene());
}

TEST_F(SimulatedCamera, TakesABasicLogInWhereThatIsAllItKnows)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await connect();
        const auto refused = co_await ask("DESCRIBE", url("/main"), "Authorization: Basic YTpi\r\n");
        EXPECT_THAT(refused.head, HasSubstr("WWW-Authenticate: Basic realm=\"IP Camera\""));
        const auto told = co_await ask("DESCRIBE", url("/main"), "Authorization: Basic YWRtaW46c2VjcmV0\r\n");
        EXPECT_THAT(told.head, StartsWith("RTSP/1.0 200"));
    };
    run(estate + "username=\"admin\"\npassword=\"secret\"\nlogin=\"basic\"\n", scene());
}

TEST_F(SimulatedCamera, SpoilsWhatItSendsWhenItIsTold)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await play("/main");
        const auto whole = co_await frame();
        EXPECT_EQ(tell("no_key_frames c on"), "ok");
        for (int n = 0; n < 12; ++n) { // more than from one key frame to the next
            const auto next = co_await frame();
            EXPECT_EQ(nal_type(next.at(0)), 1) << n;
        }
        EXPECT_EQ(tell("no_key_frames c off"), "ok");
        EXPECT_EQ(tell("garbage c"), "ok");
        std::string rtp = "x";
        while (!rtp.empty())
            rtp = co_await packet();
        EXPECT_THAT(buffer, HasSubstr("<junk>")); // no packet any more
        co_await play("/main");
        EXPECT_EQ(tell("tear c on"), "ok");
        const auto torn = co_await packet();
        EXPECT_EQ(static_cast<unsigned char>(torn.at(1)), 0x60) << "the last packet of the frame is missing";
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, ChangesItsCodecAndAnnouncesOneThatNobodyKnows)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        for (const auto& [word, name] : {std::pair("h265", "H265"), {"mjpeg", "JPEG"}, {"svac", "SVAC"}}) {
            EXPECT_EQ(tell(std::string("codec c ") + word), "ok");
            co_await connect();
            const auto told = co_await ask("DESCRIBE", url("/main"), "");
            EXPECT_THAT(told.body, HasSubstr(std::string(name) + "/90000"));
            co_await play("/main");
            const auto first = co_await frame();
            EXPECT_FALSE(first.empty()) << word;
        }
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, GivesSnapshotsOfEveryKind)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto picture = co_await get("/snapshot.jpg");
        const auto body = picture.substr(picture.find("\r\n\r\n") + 4);
        EXPECT_THAT(body, StartsWith("\xff\xd8"));
        EXPECT_EQ(between(picture, "Content-Length: ", "\r\n"), std::to_string(body.size()));
        tell("snapshot c bomb");
        const auto bomb = co_await get("/snapshot.jpg");
        EXPECT_THAT(bomb, HasSubstr("\x10\xe0\x1e\x00"s)); // 4320 lines of 7680
        tell("snapshot c giant");
        const auto giant = co_await get("/snapshot.jpg");
        EXPECT_THAT(giant, HasSubstr("\xff\xdc\xff\xdc"s));
        tell("snapshot c broken");
        const auto broken = co_await get("/snapshot.jpg");
        EXPECT_GT(std::stoul(between(broken, "Content-Length: ", "\r\n")), broken.size());
        tell("snapshot c none");
        const auto none = co_await get("/snapshot.jpg");
        EXPECT_THAT(none, StartsWith("HTTP/1.1 404"));
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, IsGoneWhileItsNetworkIsCut)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await play("/main");
        EXPECT_EQ(tell("cut c on"), "ok");
        for (bool there = true; there;) {
            const auto rtp = co_await packet();
            there = !rtp.empty();
        }
        boost::system::error_code failure;
        const Tcp::endpoint device(asio::ip::address_v4::loopback(), port());
        Tcp::socket again(io);
        co_await again.async_connect(device, asio::redirect_error(asio::use_awaitable, failure));
        EXPECT_TRUE(failure);
        EXPECT_EQ(tell("cut c off"), "ok");
        co_await play("/main");
        const auto first = co_await frame();
        EXPECT_FALSE(first.empty());
    };
    run(estate, scene());
}

TEST_F(SimulatedCamera, WritesDownWhoDroveUp)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("pass c 沪A12345"), "ok");
        EXPECT_EQ(tell("emit c pass 沪B00001 stays=1s"), "ok");
        EXPECT_THAT(tell("stats c"), HasSubstr("\"created\":2"));
        EXPECT_THAT(tell("light c dusk"), HasSubstr("day|night"));
        EXPECT_THAT(tell("fault c rain"), HasSubstr("error: fault"));
        EXPECT_THAT(tell("lists c"), HasSubstr("not of this make"));
        co_return;
    };
    run(estate, scene());
    EXPECT_THAT(oracle_text(), HasSubstr(R"("device":"c","record":"沪A12345","type":"plate","keyed":false)"));
}

TEST_F(SimulatedCamera, ToldNonsenseInTheEstateNamesThePlace)
{
    EXPECT_THROW(run("[[rtsp]]\nid=\"c\"\nsize=\"1281x720\"\n", connect()), std::runtime_error);
    EXPECT_THROW(run("[[rtsp]]\nid=\"c\"\ncodec=\"vp9\"\n", connect()), std::runtime_error);
    EXPECT_THROW(run("[[rtsp]]\nid=\"c\"\nfps=0\n", connect()), std::runtime_error);
}

} // namespace
} // namespace gatehouse::sim::rtsp
