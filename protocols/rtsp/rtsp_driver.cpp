#include "protocols/rtsp/rtsp_driver.hpp"

#include "protocols/net/still_picture.hpp"
#include "protocols/rtsp/driver.hpp"
#include "vision/link/camera_test.hpp"

namespace gatehouse::rtsp {

using model::Status;

class RtspDriver::Session final : public net::DeviceSession {
public:
    Session(std::string device, device::DriverContext device_context)
        : DeviceSession(std::move(device), std::move(device_context))
    {
    }
    void start() { open(); }
};

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<RtspDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

RtspDriver::RtspDriver(Config config, device::DriverContext context)
    : config_(std::move(config)), session_(std::make_unique<Session>(config_.id, std::move(context))),
      watch_(config_.id, session_->context)
{
}

RtspDriver::~RtspDriver() = default;

asio::awaitable<void> RtspDriver::run()
{
    session_->start();
    watch_.begin(config_.watch(session_->context.utc_offset));
    net::SessionBase::Leave leave = [this] {
        watch_.end();
        return session_->stop();
    };
    co_await session_->run_until_stopped(bring(), std::move(leave));
}

asio::awaitable<void> RtspDriver::bring()
{
    for (;;) {
        auto seen = co_await watch_.next();
        if (auto* link = std::get_if<model::DeviceLink>(&seen)) {
            co_await session_->set_link(link->state, std::move(link->why));
        } else {
            session_->status.last_event = session_->context.clock.wall();
            const auto number =
                co_await session_->delivery.hand_over(std::get<model::Event>(std::move(seen)));
            (void)co_await session_->delivery.wait_taken(number); // next() wants it on disk
        }
    }
}

asio::awaitable<model::Outcome> RtspDriver::execute(model::Command command)
{
    if (command.action != model::Action::snapshot)
        co_return session_->outcome(Status::rejected, "unsupported", "a plain camera only gives pictures");
    auto picture = co_await watch_.picture();
    if (!picture) co_return session_->outcome(Status::failed, "no_picture", picture.error().message());
    co_return co_await net::keep_still_picture(session_->context, std::move(command), std::move(*picture));
}

asio::awaitable<device::PushReply> RtspDriver::on_push(device::PushRequest)
{
    device::PushReply reply;
    reply.status = 404;
    co_return reply;
}

asio::awaitable<std::vector<device::TestStep>> RtspDriver::self_test()
{
    auto wanted = config_.watch(session_->context.utc_offset);
    return vision::test_camera(session_->context.eyes, session_->context.clock, std::move(wanted),
                               watch_.begun() ? &watch_.stream() : nullptr);
}

device::DeviceStatus RtspDriver::status() const
{
    auto status = session_->status;
    status.last_heard = watch_.last_heard();
    watch_.write_facts(status.facts);
    return status;
}

} // namespace gatehouse::rtsp
