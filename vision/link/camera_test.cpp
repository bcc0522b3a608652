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

// Until the stream has come, or is known not to.
asio::awaitable<void> await_stream(base::Clock& clock, const Stream& stream, base::MonoTime until)
{
    while (stream.state == LinkState::unknown && clock.now() < until)
        co_await clock.sleep_for(pause);
}

// Until there is a picture.
asio::awaitable<base::Result<ProbeResult>> ask_patiently(Eyes& eyes, base::Clock& clock, std::string camera,
                                                         base::MonoTime until)
{
    for (;;) {
        auto result = co_await ask(eyes, camera);
        if (result || result.error() != base::Errc::not_found || clock.now() >= until) co_return result;
        co_await clock.sleep_for(pause);
    }
}

bool all_passed(const std::vector<TestStep>& steps)
{
    return std::all_of(steps.begin(), steps.end(), [](const TestStep& step) { return step.passed; });
}

void judge_worker(Eyes* eyes, const Stream& stream, std::vector<TestStep>& steps)
{
    std::string why = "there is no vision worker here";
    if (eyes != nullptr) {
        why = eyes->status().why;
        if (why.empty()) why = "the vision worker says nothing of the camera";
    }
    const bool there = stream.state != LinkState::unknown;
    steps.push_back(test_step("worker", there, there ? "the vision worker answers" : why,
                              "install gatehouse-vision, or name it in [vision] worker"));
}

void judge_stream(const Stream& stream, std::vector<TestStep>& steps)
{
    const bool up = stream.state == LinkState::up;
    const auto judge = [&](const char* name, std::initializer_list<std::string_view> faults, std::string well,
                           const char* remedy) {
        const bool passed = up || !is_one_of(stream.reason, faults);
        steps.push_back(test_step(name, passed, passed ? std::move(well) : stream.why, remedy));
        return passed;
    };
    if (!judge("reachable", {"refused", "unreachable", "timed_out"}, "the camera answers",
               "check cable, power, address and port, and that RTSP is switched on"))
        return;
    if (!judge("log-in", {"unauthorised"}, "accepted",
               "make a user on the camera that may see live pictures"))
        return;
    if (!judge("path", {"not_found", "no_source"}, stream.source + " is there",
               "take the path from the camera's manual; protocols/rtsp/README.md lists some"))
        return;
    if (!judge("codec", {"codec", "no_key_frame", "decode"},
               fmt::format("{} {}x{} {:.3g}/s", stream.codec, stream.width, stream.height, stream.frame_rate),
               "set the stream to H.264 or H.265 with a key frame every 2 seconds"))
        return;
    steps.push_back(test_step("video", up, up ? "it comes" : stream.why, "restart the camera"));
}

void judge_picture(const ProbeResult& seen, std::vector<TestStep>& steps)
{
    const bool measured = seen.mean > 0 || seen.contrast > 0; // not of the first picture, nor without health
    const bool lit = !measured || (seen.mean >= mean_min && seen.contrast >= contrast_min);
    auto light = measured ? fmt::format("brightness {:.0f}, contrast {:.0f}", seen.mean, seen.contrast)
                          : std::string("not measured yet");
    steps.push_back(test_step("light", lit, std::move(light),
                              "clean the lens, take the film off, switch on light or infra-red"));
    const bool sharp = std::find(seen.active.begin(), seen.active.end(), "blurred") == seen.active.end();
    const auto sharpness = seen.sharpness > 0 ? fmt::format("{:.0f} % of what is normal here", seen.sharpness)
                                              : std::string("what is normal here is being learnt");
    steps.push_back(test_step("sharp", sharp, sharpness, "clean and focus the lens"));
}

// How many, never which: whoever installs need not see plates.
void judge_plates(const ProbeResult& seen, const std::string& missing, std::vector<TestStep>& steps)
{
    if (!missing.empty()) {
        steps.push_back(test_step("plates", false, missing, "install the package gatehouse-vision again"));
        return;
    }
    if (seen.plate_width == 0) {
        steps.push_back(
            test_step("plates", true, "none in the picture; park a car where it will be read", ""));
        return;
    }
    steps.push_back(test_step(
        "plates", !seen.plates.empty(),
        fmt::format("{} can be read, the largest is {} px wide", seen.plates.size(), seen.plate_width),
        "zoom in or move the camera: a plate has to be 64 px wide, better 100"));
}

} // namespace

asio::awaitable<std::vector<TestStep>> test_camera(Eyes* eyes, base::Clock& clock, Watch wanted,
                                                   const Stream* running)
{
    const auto until = clock.now() + patience;
    const bool reads_plates = wanted.wants.plates;
    Stream own;
    std::unique_ptr<Watching> meanwhile;
    if (eyes != nullptr && running == nullptr) {
        wanted.camera = "probe:" + wanted.camera;
        meanwhile = eyes->watch(wanted, [&own](const News& news) {
            if (const auto* stream = std::get_if<Stream>(&news)) own = *stream;
        });
    }
    const auto& stream = running == nullptr ? own : *running;
    if (eyes != nullptr) co_await await_stream(clock, stream, until);
    std::vector<TestStep> steps;
    judge_worker(eyes, stream, steps);
    if (!all_passed(steps)) co_return steps;
    judge_stream(stream, steps);
    if (!all_passed(steps)) co_return steps;
    const auto seen = co_await ask_patiently(*eyes, clock, wanted.camera, until);
    steps.push_back(test_step("picture", seen.has_value(), seen ? "seen now" : seen.error().message(),
                              "look at the stream with another program"));
    if (!seen) co_return steps;
    judge_picture(*seen, steps);
    if (reads_plates) judge_plates(*seen, why_no_plates(eyes->status()), steps);
    co_return steps;
}

} // namespace gatehouse::vision
