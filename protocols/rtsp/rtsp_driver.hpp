#pragma once
#include "protocols/net/device_session.hpp"
#include "protocols/rtsp/config.hpp"
#include "vision/link/camera_watch.hpp"

namespace gatehouse::rtsp {

// A plain camera. It has no conversation of its own: the vision worker speaks RTSP with it, and what that
// sees becomes the device's events. Made by make_driver().
class RtspDriver final : public device::Driver {
public:
    RtspDriver(Config config, device::DriverContext context);
    ~RtspDriver() override;

    asio::awaitable<void> run() override;
    // Snapshots only.
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;

private:
    class Session;

    asio::awaitable<void> bring();

    Config config_;
    std::unique_ptr<Session> session_;
    vision::CameraWatch watch_;
};

} // namespace gatehouse::rtsp
