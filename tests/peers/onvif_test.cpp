// The simulated ONVIF device as another maker's client sees it, and the driver against answers of other
// makers.
#include "tests/peers/peer_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

namespace gatehouse::peers {
namespace {

using testing::HasSubstr;

constexpr auto folder = GATEHOUSE_PEERS_DIR "/onvif";

class NodeOnvif : public PeerWorld {
protected:
    void SetUp() override
    {
        if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "node is not installed";
        if (!std::filesystem::exists(std::string(folder) + "/node_modules"))
            GTEST_SKIP() << "its client is not there; npm ci --prefix tests/peers/onvif";
    }
    // A simulated device; and the client, which lists what it understood.
    void look_at(const std::string& kind, const std::string& password)
    {
        const auto port = proof::free_port();
        estate =
            std::make_unique<proof::Estate>(scratch,
                                            fmt::format("[[onvif]]\nid = \"cam\"\nkind = \"{}\"\n"
                                                        "listen = \"127.0.0.1:{}\"\nusername = \"admin\"\n"
                                                        "password = \"secret\"\n",
                                                        kind, port),
                                            std::map<std::string, std::uint16_t>{{"cam", port}});
        estate->start();
        client = proof::Child({"node", std::string(folder) + "/client.js", std::to_string(port), password},
                              scratch.file("client.log"));
    }
    [[nodiscard]] std::string seen() const { return proof::read_text(scratch.file("client.log")); }
    // Nothing is kept for a client that has not subscribed yet.
    void emit_once_it_listens(const std::string& line)
    {
        EXPECT_TRUE(
            until([&] { return estate->tell("stats cam").find("\"streams\":1") != std::string::npos; }, 10s))
            << seen() << estate->tell("stats cam");
        EXPECT_EQ(estate->tell(line), "ok");
    }

    proof::Child client;
};

TEST_F(NodeOnvif, UnderstandsTheSimulatedCamera)
{
    look_at("camera", "secret");
    emit_once_it_listens("emit cam pass");
    EXPECT_EQ(client.wait(10s), 0) << seen();
    EXPECT_THAT(seen(), HasSubstr("device Simulated Camera SIM-cam\nclock right\n"));
    EXPECT_THAT(seen(), HasSubstr("services device,deviceIO,events,media\n"));
    EXPECT_THAT(seen(), HasSubstr("stream rtsp://127.0.0.1"));
    EXPECT_THAT(seen(), HasSubstr("snapshot http://127.0.0.1"));
    EXPECT_THAT(seen(), HasSubstr("event tns1:Device/Trigger/DigitalInput Changed LogicalState=true\n"
                                  "event tns1:Device/Trigger/DigitalInput Changed LogicalState=false\n"));
}

TEST_F(NodeOnvif, UnderstandsTheSimulatedDoorController)
{
    look_at("controller", "secret");
    emit_once_it_listens("emit cam pass 4711 count=2");
    EXPECT_EQ(client.wait(10s), 0) << seen();
    EXPECT_THAT(seen(), HasSubstr("services accesscontrol,device,deviceIO,doorcontrol,events\n"));
    EXPECT_THAT(seen(), HasSubstr("event tns1:AccessControl/AccessGranted/Credential - Card=4711 "));
}

TEST_F(NodeOnvif, IsRefusedByTheSimulatedCameraForAWrongPassword)
{
    look_at("camera", "wrong");
    EXPECT_EQ(client.wait(10s), 1) << seen();
    EXPECT_THAT(seen(), HasSubstr("Sender not Authorized"));
}

TEST_F(NodeOnvif, AnswersOfItsTestsAreACameraToTheDriver)
{
    const auto port = proof::free_port();
    client = proof::Child({"node", std::string(folder) + "/server.js", std::to_string(port)},
                          scratch.file("client.log"));
    ASSERT_TRUE(until([&] { return seen() == "ready\n"; }, 10s)) << seen();
    ASSERT_NO_FATAL_FAILURE(begin(fmt::format("[[device]]\nid = \"cam\"\nname = \"cam\"\nprotocol = "
                                              "\"onvif\"\nkind = \"camera\"\nusername = \"admin\"\n"
                                              "password = \"secret\"\naddress = \"http://127.0.0.1:{}\"\n",
                                              port)));
    ASSERT_TRUE(up("cam")) << why("cam");
    EXPECT_THAT(next("cam", "device.detection"), HasSubstr("motion")) << story();
    const auto cam = gateway.status().at("devices").at(0).as_object();
    EXPECT_EQ(cam.at("model").as_string(), "Mockup Manufacturer Mockup Model");
    EXPECT_FALSE(cam.at("clock_trusted").as_bool()) << "its clock stands in 2014";
}

} // namespace
} // namespace gatehouse::peers
