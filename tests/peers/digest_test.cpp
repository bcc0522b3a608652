// The drivers that log in by HTTP digest against lighttpd.
#include "tests/peers/digest_server.hpp"
#include "tests/peers/peer_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace gatehouse::peers {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr auto right_password = R"(ge"heim\ 密码:)"; // whatever an installer types

// What one make's device is told by the centre, and how the simulated one and the gateway's table are
// written.
struct Camera {
    std::string make;
    std::string order;
    std::string asked; // part of a request that is worth signing: a query, a body
    std::string simulated;
    std::string keys;
};

const std::vector<Camera>& cameras()
{
    static const std::vector<Camera> all{
        {"isapi", "barrier-open", "PUT /ISAPI/",
         "[[camera]]\nkind = \"plate\"\nheartbeat = \"1s\"\nbarrier_travel = \"100ms\"\n",
         "kind = \"plate\"\nmode = \"stream\"\nbackfill_every = \"5s\"\n"},
        {"dahua", "door-open", ".cgi?action=openDoor", "[[dahua]]\nkind = \"face\"\n",
         "kind = \"face\"\nbackfill_every = \"5s\"\n"},
        {"onvif", "door-open",
         "POST /onvif/subscription?Idx=", "[[onvif]]\nkind = \"controller\"\nxaddr = \"127.0.0.1:{proxy}\"\n",
         "kind = \"controller\"\nlogin = \"digest\"\npull = \"2s\"\n"}};
    return all;
}

std::vector<std::string> with_login(const std::vector<std::string>& asked, const std::string& status)
{
    std::vector<std::string> found;
    for (const auto& line : asked)
        if (line.starts_with(status) && line.find("Digest username=") != std::string::npos)
            found.push_back(line);
    return found;
}

class Digest : public PeerWorld {
protected:
    void SetUp() override
    {
        if (const auto reason = DigestServer::missing(); !reason.empty()) GTEST_SKIP() << reason;
    }
    // One camera of each make behind a lighttpd of its own.
    void begin_with(const std::string& algorithms, const std::string& tried)
    {
        std::string simulated;
        std::string devices;
        std::map<std::string, std::uint16_t> ports;
        for (const auto& camera : cameras()) {
            const auto port = ports[camera.make] = proof::free_port();
            auto& server = servers.try_emplace(camera.make, scratch, camera.make, port).first->second;
            server.start(algorithms, right_password);
            auto text = camera.simulated;
            if (const auto at = text.find("{proxy}"); at != std::string::npos)
                text.replace(at, 7, std::to_string(server.port()));
            simulated += fmt::format("{}id = \"{}\"\nlisten = \"127.0.0.1:{}\"\n\n", text, camera.make, port);
            devices += fmt::format(
                "[[device]]\nid = \"{0}\"\nname = \"{0}\"\nprotocol = \"{0}\"\nusername = \"admin\"\n"
                "password = '{1}'\naddress = \"http://127.0.0.1:{2}\"\n{3}\n",
                camera.make, tried, server.port(), camera.keys);
        }
        estate = std::make_unique<proof::Estate>(scratch, simulated, std::move(ports));
        begin(devices);
    }
    void everything_works(const Camera& camera)
    {
        SCOPED_TRACE(camera.make);
        const std::string kind = camera.make == "isapi" ? "vehicle.passed" : "access.granted";
        const auto before = count(camera.make, kind);
        EXPECT_EQ(estate->tell("emit " + camera.make + " pass"), "ok");
        EXPECT_NE(next(camera.make, kind, before), "") << story();
        const auto moved = order(camera.order, camera.make);
        EXPECT_EQ(moved.status, "done") << moved.code << " " << moved.text;
    }

    std::map<std::string, DigestServer> servers;
};

class DigestAlgorithm : public Digest, public testing::WithParamInterface<std::string> {};

TEST_P(DigestAlgorithm, LetsQueriesAndBodiesOfEveryDriverInWithoutARefusal)
{
    ASSERT_NO_FATAL_FAILURE(begin_with(GetParam(), right_password));
    for (const auto& camera : cameras()) {
        ASSERT_TRUE(up(camera.make)) << camera.make << ": " << why(camera.make);
        everything_works(camera);
    }
    const std::string named = GetParam() == "MD5" ? "algorithm=MD5" : "algorithm=SHA-256";
    for (const auto& camera : cameras()) {
        SCOPED_TRACE(camera.make);
        const auto asked = servers.at(camera.make).end();
        EXPECT_THAT(with_login(asked, "401"), testing::IsEmpty());
        EXPECT_THAT(with_login(asked, "200"), Contains(AllOf(HasSubstr(camera.asked), HasSubstr(named))));
    }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, DigestAlgorithm, testing::Values("MD5", "SHA-256", "MD5|SHA-256"),
                         [](const auto& algorithm) {
                             std::string name = algorithm.param;
                             std::erase_if(name, [](char c) { return c == '-' || c == '|'; });
                             return name;
                         });

TEST_F(Digest, AWrongPasswordIsShownOnceAndSaidInWords)
{
    ASSERT_NO_FATAL_FAILURE(begin_with("MD5|SHA-256", "wrong"));
    for (const auto& camera : cameras())
        EXPECT_TRUE(until([&] { return why(camera.make).find("password") != std::string::npos; }, 10s))
            << camera.make << " is " << link(camera.make) << ": " << why(camera.make);
    (void)until([] { return false; }, 4s); // for a second try, if there is one
    for (auto& [make, server] : servers)
        EXPECT_THAT(with_login(server.end(), "401"), testing::SizeIs(1)) << make;
}

TEST_F(Digest, APasswordThatWasChangedThereIsNotTriedUntilTheDeviceLocks)
{
    ASSERT_NO_FATAL_FAILURE(begin_with("MD5", right_password));
    for (const auto& camera : cameras())
        ASSERT_TRUE(up(camera.make)) << camera.make << ": " << why(camera.make);
    for (auto& [make, server] : servers)
        server.change("another");
    for (const auto& camera : cameras())
        (void)order(camera.order, camera.make);
    (void)until([] { return false; }, 4s);
    for (auto& [make, server] : servers)
        EXPECT_THAT(with_login(server.end(), "401"), testing::SizeIs(testing::Le(2U))) << make;
}

TEST_F(Digest, ANonceThatGotTooOldIsRenewedAndNobodyNotices)
{
    ASSERT_NO_FATAL_FAILURE(begin_with("SHA-256", right_password));
    for (const auto& camera : cameras())
        ASSERT_TRUE(up(camera.make)) << camera.make << ": " << why(camera.make);
    for (auto& [make, server] : servers)
        server.age(11min);
    for (const auto& camera : cameras()) {
        everything_works(camera);
        EXPECT_EQ(link(camera.make), "up") << why(camera.make);
        EXPECT_EQ(count(camera.make, "device.link"), 1U) << story();
    }
    for (auto& [make, server] : servers) {
        SCOPED_TRACE(make);
        const auto asked = server.end();
        EXPECT_THAT(with_login(asked, "401"), Not(testing::IsEmpty())) << "no nonce was refused";
        EXPECT_THAT(with_login(asked, "200"), Contains(HasSubstr("nc=00000001")));
    }
}

} // namespace
} // namespace gatehouse::peers
