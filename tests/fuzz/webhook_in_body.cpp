// links: gatehouse_webhook-in
#include "protocols/webhook-in/config.hpp"
#include "protocols/webhook-in/explain.hpp"
#include "protocols/webhook-in/recorder.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;
using namespace gatehouse::webhook_in;

namespace {

constexpr auto rules = R"(
body = { events = "/list" }
[[event]]
becomes = "heartbeat"
when = { url = "/beat" }
[[event]]
becomes = "access"
when = { path = "/type", is = ["pass", "1"] }
key = ["/id"]
key_of_body = ["/serial"]
pictures = [{ path = "/photo" }, { kind = "plate", body = "/photo" }]
[event.fields]
time = "/at"
sent = { body = "/now" }
granted = { path = "/ok", values = { "1" = "true" } }
person = { paths = ["/user", "/user/id", "/list/0"] }
direction = "/dir"
[[event]]
becomes = "vehicle"
fields = { plate = "/plate", confidence = "/c", lane = "/lane", time = "/at" }
)";

Mapping mapping_of(const std::string& text)
{
    config::Issues issues;
    auto table = config::Table::parse(text, "fuzz.toml", issues);
    return read_mapping(table, std::chrono::minutes(480));
}

} // namespace

// Whatever a device posts, and whatever file is handed to `device replay`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Mapping mapping = mapping_of(rules);
    static const Mapping wrapped = mapping_of(std::string("body = { unwrap = \"/doc\" }\n[[event]]\n") +
                                              "becomes = \"input\"\nfields = { active = \"/on\" }");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& line : explain_bytes(text, mapping, std::chrono::minutes(480)))
        if (line.empty()) std::abort();
    Recorder recorder(mapping);
    recorder.begin();
    for (const auto& post : read_recording(text, Format::automatic).posts) {
        if (map(mapping, post).empty() || map(wrapped, post).empty()) std::abort();
        recorder.take(post);
    }
    // What was recorded can be replayed.
    if (!read_recording(recorder.end(), Format::automatic).flaw.empty()) std::abort();
    const auto body = read_body(text, "", Format::automatic);
    if ((body.value != nullptr) != body.why.empty()) std::abort();
    (void)read_time(text, {});
    (void)Pointer::parse(text);
    return 0;
}
