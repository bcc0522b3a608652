#include "vision/link/camera_test.hpp"

#include "gateway/model/json_writer.hpp"
#include "vision/link/probe_result.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::vision {

using namespace std::chrono_literals;
using device::test_step;
using device::TestStep;
using model::LinkState;

namespace {

constexpr auto patience = 13s; // of which a stream takes one or two
constexpr auto pause = 500ms;
constexpr double mean_min = 12;     // below: vision.md §6 calls it black
constexpr double contrast_min = 14; // below: low contrast
constexpr int plate_width_min = 64; // readable from there on (measured, vision/plates)

bool is_one_of(const std::string& reason, std::initializer_list<std::string_view> reasons)
{
    return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

asio::awaitable<base::Result<ProbeResult>> ask(Eyes& eyes, std::string camera)
{
    std::string order;
    model::JsonWriter(order).begin_object().member("camera", camera).end_object();
    const auto answer = co_await eyes.ask(Question::probe, std::move(order), std::string(), patience);
    if (!answer) co_return answer.error();
    co_return parse_probe(answer->result);
}

// Until there is a picture or a reason why there will be none.
asio::awaitable<base::Result<ProbeResult>> ask_patiently(Eyes& eyes, base::Clock& clock, std::string camera)
{
    const auto until = clock.now() + patience;
    for (;;) {
        auto result = co_await ask(eyes, camera);
        const bool wait = result ? !result->settled() : result.error() == base::Errc::not_found;
        if (!wait || clock.now() + pause > until) co_return result;
        co_await clock.sleep_for(pause);
    }
}

void judge_stream(const ProbeResult& seen, std::vector<TestStep>& steps)
{
    const bool reached =
        !is_one_of(seen.reason, {"refused", "unreachable", "timed_out"}) || seen.state == LinkState::up;
    steps.push_back(test_step("reachable", reached, reached ? "the camera answers" : seen.why,
                              "check cable, power, address and port, and that RTSP is switched on"));
    if (!reached) return;
    const bool let_in = seen.reason != "unauthorised";
    steps.push_back(test_step("log-in", let_in, let_in ? "accepted" : seen.why,
                              "make a user on the camera that may see live pictures"));
    if (!let_in) return;
    const bool found = seen.reason != "not_found";
    steps.push_back(test_step("path", found, found ? seen.source + " is there" : seen.why,
                              "take the path from the camera's manual; protocols/rtsp/README.md lists some"));
    if (!found) return;
    const bool decodes = !is_one_of(seen.reason, {"codec", "no_key_frame", "decode"});
    const auto shape = fmt::format("{} {}x{} {:.3g}/s", seen.codec, seen.width, seen.height, seen.frame_rate);
    steps.push_back(test_step("codec", decodes, decodes ? shape : seen.why,
                              "set the stream to H.264 or H.265 with a key frame every 2 seconds"));
}

void judge_picture(const ProbeResult& seen, std::vector<TestStep>& steps)
{
    const bool there = seen.taken_at != 0;
    steps.push_back(test_step("picture", there, there ? "seen now" : "none yet: " + seen.why,
                              "look at the stream with another program"));
    if (!there) return;
    const bool lit = seen.mean >= mean_min && seen.contrast >= contrast_min;
    steps.push_back(test_step("light", lit,
                              fmt::format("brightness {:.0f}, contrast {:.0f}", seen.mean, seen.contrast),
                              "clean the lens, take the film off, switch on light or infra-red"));
    const bool sharp = std::find(seen.active.begin(), seen.active.end(), "blurred") == seen.active.end();
    const auto sharpness = seen.sharpness > 0 ? fmt::format("{:.0f} % of what is normal here", seen.sharpness)
                                              : std::string("what is normal here is being learnt");
    steps.push_back(test_step("sharp", sharp, sharpness, "clean and focus the lens"));
}

void judge_plates(const ProbeResult& seen, std::vector<TestStep>& steps)
{
    if (seen.taken_at == 0) return;
    if (seen.plates == 0) {
        steps.push_back(
            test_step("plates", true, "none in the picture; park a car where it will be read", ""));
        return;
    }
    steps.push_back(
        test_step("plates", seen.plate_width >= plate_width_min,
                  fmt::format("{} in the picture, the largest {} px wide", seen.plates, seen.plate_width),
                  "zoom in or move the camera: a plate has to be 64 px wide, better 100"));
}

} // namespace

asio::awaitable<std::vector<TestStep>> test_camera(Eyes* eyes, base::Clock& clock, Watch wanted, bool running)
{
    std::vector<TestStep> steps;
    const auto remedy = "install gatehouse-vision, or name it in [vision] worker";
    if (eyes == nullptr) {
        steps.push_back(test_step("worker", false, "there is no vision worker here", remedy));
        co_return steps;
    }
    const bool reads_plates = wanted.wants.plates;
    std::unique_ptr<Watching> meanwhile;
    if (!running) {
        wanted.camera = "probe:" + wanted.camera;
        meanwhile = eyes->watch(wanted, [](const News&) {});
    }
    const auto seen = co_await ask_patiently(*eyes, clock, wanted.camera);
    steps.push_back(test_step("worker", seen.has_value(),
                              seen ? "the vision worker answers" : seen.error().message(), remedy));
    if (!seen) co_return steps;
    judge_stream(*seen, steps);
    if (!std::all_of(steps.begin(), steps.end(), [](const TestStep& step) { return step.passed; }))
        co_return steps;
    judge_picture(*seen, steps);
    if (reads_plates) judge_plates(*seen, steps);
    co_return steps;
}

} // namespace gatehouse::vision
