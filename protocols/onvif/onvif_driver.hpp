#pragma once
#include "protocols/onvif/camera.hpp"
#include "protocols/onvif/clock_keeper.hpp"
#include "protocols/onvif/commands.hpp"
#include "protocols/onvif/pull_point.hpp"

#include <string>
#include <vector>

namespace gatehouse::onvif {

// One ONVIF device: composes the parts of its session and runs their conversation for ever. Made by
// make_driver().
class OnvifDriver final : public device::Driver {
public:
    OnvifDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;

private:
    using Ended = PullPoint::Ended;

    asio::awaitable<void> leave();
    asio::awaitable<void> reconnect_for_ever();
    asio::awaitable<void> leave_safely();
    // From the first question to the reason why it ended.
    asio::awaitable<Ended> converse();
    // Empty, or why the device cannot be spoken with.
    asio::awaitable<std::string> identify();
    asio::awaitable<void> find_services();
    asio::awaitable<void> name_parts();
    asio::awaitable<void> name_doors();
    asio::awaitable<void> find_pictures();
    asio::awaitable<std::string> stream_of(std::string profile);
    asio::awaitable<model::Outcome> synchronise();

    asio::awaitable<model::Outcome> snapshot(model::Command order);
    // The device's answer to a question for a picture. Errors: unsupported, and those of the request.
    asio::awaitable<base::Result<net::HttpResponse>> fetch_picture();
    asio::awaitable<void> test_pictures(std::vector<device::TestStep>& steps);

    Session session_;
    ClockKeeper clock_;
    PullPoint events_;
    Commands commands_;
    Camera camera_;
    std::string profile_; // of the media service
};

} // namespace gatehouse::onvif
