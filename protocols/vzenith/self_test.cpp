#include "protocols/vzenith/vzenith_driver.hpp"

#include <fmt/format.h>

namespace gatehouse::vzenith {

using device::test_step;
using device::TestStep;

asio::awaitable<std::vector<TestStep>> VzenithDriver::self_test()
{
    std::vector<TestStep> steps;
    const auto& config = session_.config;
    if (config.accept) {
        const bool alive = pushes_alive();
        steps.push_back(test_step(
            "reports", alive, alive ? "registrations or reports come" : "nothing came lately",
            fmt::format("set the camera's main server to {}:{} and its paths to /push/{}",
                        session_.context.listener_host, session_.context.listener_port, config.id)));
    }
    if (!config.connect) co_return steps;
    const bool connected = session_.line.connected();
    steps.push_back(
        test_step("connection", connected, connected ? "open" : session_.status.facts["TCP 8131"],
                  "check cable, power and address, and that TCP 8131 is switched on in the camera"));
    if (!connected) co_return steps;
    auto why = co_await identify();
    steps.push_back(test_step("identity", why.empty(), why.empty() ? session_.status.serial : why,
                              "write the serial number of this camera into serial, or correct the address"));
    why = co_await measure_clock();
    const bool right = why.empty() && session_.clock.trusted();
    steps.push_back(
        test_step("clock", right,
                  why.empty() ? fmt::format("{} ms from ours", session_.clock.offset_ms().value_or(0)) : why,
                  "set the camera's time and zone, or clock = \"correct\""));
    json::object encryption;
    encryption["cmd"] = "get_ems";
    const auto methods = co_await session_.line.ask(std::move(encryption));
    const bool encrypted = methods && number_member(*methods->body, "active_id").value_or(0) != 0;
    steps.push_back(test_step("encryption", !encrypted, encrypted ? "on" : "off",
                              "switch the encryption of results off on the camera: they cannot be read"));
    json::object newest;
    newest["cmd"] = "get_max_rec_id";
    const auto records = co_await session_.line.ask(std::move(newest));
    const auto count = records ? number_member(*records->body, "max_id") : std::nullopt;
    steps.push_back(test_step("records", count.has_value() || !config.backfill,
                              count ? fmt::format("the newest is {}", *count) : "cannot be read",
                              "put a card into the camera and switch recording on, or backfill = false"));
    co_return steps;
}

} // namespace gatehouse::vzenith
