// What can go wrong between a camera and its picture, and with the worker that looks at it: the right state
// is told, somebody is called, no event of any other device is lost, and the gateway lives.
#include "tests/process/camera_world.hpp"

#include "gateway/base/random.hpp"
#include "tests/process/http.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace gatehouse::proof {
namespace {

class VisionDrill : public CameraWorld {
protected:
    static constexpr double load = 5; // events a second of each device beside the camera

    void TearDown() override
    {
        if (!estate) return;
        settle_and_prove_records();
        EXPECT_TRUE(gateway.process().running());
        EXPECT_TRUE(gateway.ready());
    }
    [[nodiscard]] int worker_pid() const
    {
        const auto seen = vision();
        return seen.is_object() ? static_cast<int>(seen.at("pid").to_number<std::int64_t>()) : 0;
    }
    // Listeners of the simulated camera.
    [[nodiscard]] std::int64_t streams()
    {
        return boost::json::parse(tell_camera("stats")).at("streams").to_number<std::int64_t>();
    }
    // Pictures of the camera that the worker decoded.
    [[nodiscard]] std::uint64_t looked_at() const
    {
        const auto text = http_get(gateway.socket(), "/metrics").body;
        const auto name = fmt::format("gatehouse_vision_frames_decoded_total{{device=\"{}\"}} ", gate_camera);
        const auto at = text.find(name);
        return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + name.size(), nullptr, 10);
    }
    // From the stream, whether it found the framing again or opened the stream anew.
    bool streams_on(Milliseconds limit)
    {
        const auto before = looked_at();
        return until([&] { return streams() > 0 && looked_at() >= before + 5; }, limit);
    }
    bool alert_raised(const std::string& kind, Milliseconds limit)
    {
        return until([&] { return told("alert.raised", {fmt::format("\"{}\"", kind)}); }, limit);
    }
    // Nobody was called for its link: whatever else is known of it explains that.
    [[nodiscard]] bool link_called_nobody() const
    {
        return !told("alert.raised", {"\"device_offline\""}) &&
               !told("alert.raised", {"\"device_silent\""}) && !told("alert.raised", {"\"device_flapping\""});
    }
    [[nodiscard]] std::string said() const
    {
        return boost::json::serialize(gateway.status()) + "\n" + read_text(gateway.log_file());
    }
};

TEST_F(VisionDrill, ACameraThatHangsIsCalledLostAndComesBack)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    const int worker = worker_pid();
    estate->freeze();
    EXPECT_TRUE(link_becomes("down", 60s)) << said();
    EXPECT_TRUE(alert_raised("camera_lost", 60s)) << said();
    estate->thaw();
    EXPECT_TRUE(link_becomes("up", 60s)) << said();
    EXPECT_TRUE(link_called_nobody()) << said();
    EXPECT_EQ(worker_pid(), worker) << "a camera that hangs must not cost the worker";
}

TEST_F(VisionDrill, ADeadCameraIsCalledLostOnceAndComesBack)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    ASSERT_EQ(tell_camera("cut", "on"), "ok");
    EXPECT_TRUE(link_becomes("down", 30s)) << said();
    EXPECT_TRUE(alert_raised("camera_lost", 60s)) << said();
    EXPECT_TRUE(until([&] { return told("alert.suppressed", {"\"device_offline\""}); }, 90s)) << said();
    ASSERT_EQ(tell_camera("cut", "off"), "ok");
    EXPECT_TRUE(link_becomes("up", 60s)) << said();
    EXPECT_TRUE(until([&] { return told("alert.cleared", {"\"camera_lost\""}); }, 60s)) << said();
    EXPECT_TRUE(link_called_nobody()) << said();
}

TEST_F(VisionDrill, APictureThatStandsStillIsCalledFrozen)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    ASSERT_EQ(tell_camera("fault", "freeze"), "ok");
    EXPECT_TRUE(alert_raised("camera_frozen", 150s)) << said();
    EXPECT_EQ(device_link(gateway.status(), gate_camera), "up");
}

TEST_F(VisionDrill, ACodecThatNobodyKnowsIsAPictureLost)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    ASSERT_EQ(tell_camera("snapshot", "none"), "ok");
    ASSERT_EQ(tell_camera("codec", "svac"), "ok");
    EXPECT_TRUE(link_becomes("down", 30s)) << said();
    EXPECT_TRUE(alert_raised("camera_lost", 60s)) << said();
    ASSERT_EQ(tell_camera("codec", "h265"), "ok");
    EXPECT_TRUE(link_becomes("up", 60s)) << said();
}

TEST_F(VisionDrill, APictureThatWouldFillTheMemoryDoesNot)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    const int worker = worker_pid();
    ASSERT_EQ(tell_camera("snapshot", "giant"), "ok");
    ASSERT_EQ(tell_camera("codec", "svac"), "ok"); // so that snapshots are all there is
    EXPECT_TRUE(link_becomes("down", 60s)) << said();
    EXPECT_TRUE(alert_raised("camera_no_key_frame", 90s)) << said();
    ASSERT_EQ(tell_camera("snapshot", "bomb"), "ok"); // large, but it can be looked at
    EXPECT_TRUE(link_becomes("up", 60s)) << said();
    EXPECT_EQ(worker_pid(), worker);
    EXPECT_LT(vision().at("resident_bytes").to_number<std::int64_t>(), 300LL << 20U) << said();
}

TEST_F(VisionDrill, ATornStreamCostsNothingButItsPictures)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    const int worker = worker_pid();
    for (const auto* word : {"truncate", "garbage", "truncate"}) { // the framing is lost, and found again
        ASSERT_EQ(tell_camera(word), "ok");
        EXPECT_TRUE(streams_on(90s)) << word << ": " << said();
    }
    const auto before = looked_at();
    ASSERT_EQ(tell_camera("tear", "on"), "ok");
    EXPECT_TRUE(until([&] { return looked_at() >= before + 5; }, 90s))
        << "single pictures are another source: " << said();
    ASSERT_EQ(tell_camera("tear", "off"), "ok");
    EXPECT_TRUE(streams_on(90s)) << said();
    EXPECT_EQ(device_link(gateway.status(), gate_camera), "up");
    EXPECT_EQ(worker_pid(), worker);
}

TEST_F(VisionDrill, AWorkerThatIsKilledFiftyTimesComesBackEachTime)
{
    base::Random random(seed_of_run());
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    constexpr int rounds = 50;
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        int victim = 0;
        ASSERT_TRUE(until([&] { return (victim = worker_pid()) > 0; }, 30s)) << said();
        ::kill(victim, SIGKILL);
        EXPECT_TRUE(until([&] { return worker_pid() > 0 && worker_pid() != victim; }, 30s)) << said();
        constexpr double life_max_ms = 1'500;
        centre.pump(Milliseconds(static_cast<int>(life_max_ms * random.uniform())));
    }
    EXPECT_TRUE(until([&] { return told_of("gw1", "alert.raised", {"\"vision_down\""}); }, 10s)) << said();
    EXPECT_TRUE(worker_becomes("up", 60s)) << said();
    EXPECT_TRUE(link_becomes("up", 60s)) << said();
    EXPECT_TRUE(link_called_nobody()) << said();
}

TEST_F(VisionDrill, ANetworkFileThatIsDamagedIsNamedAndTheRestGoesOn)
{
    const auto shipped =
        std::filesystem::path(program("gatehouse")).parent_path() / "../share/gatehouse/models";
    std::filesystem::copy(shipped, scratch.path() / "models");
    std::filesystem::resize_file(scratch.path() / "models" / "plate_reader.onnx", 100'000);
    use_models(scratch.file("models"));
    ASSERT_NO_FATAL_FAILURE(start_gate(load));
    const auto seen = boost::json::serialize(vision());
    EXPECT_NE(seen.find("plate_reader.onnx is not the file it should be"), std::string::npos) << seen;
    EXPECT_TRUE(until([&] { return told_of("gw1", "alert.raised", {"\"vision_down\""}); }, 10s)) << said();
    ASSERT_EQ(tell_camera("fault", "black"), "ok"); // health needs no network
    EXPECT_TRUE(alert_raised("camera_black", 100s)) << "after a minute by night: " << said();
}

} // namespace
} // namespace gatehouse::proof
