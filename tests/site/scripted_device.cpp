#include "tests/site/scripted_device.hpp"

namespace gatehouse::site {
namespace {

using namespace std::chrono_literals;

// A row of the registry holds a plain function, so the device of the running test is found here.
ScriptedDevice* scripted = nullptr;

class ScriptedDriver final : public device::Driver {
public:
    ScriptedDriver(ScriptedDevice& device, device::DriverContext context)
        : device_(device), context_(std::move(context))
    {
    }

    asio::awaitable<void> run() override
    {
        status_.link = model::LinkState::up;
        for (;;) {
            while (device_.waiting.empty())
                co_await device_.happened.wait();
            model::Event event = device_.waiting.front();
            const auto key = event.device_key;
            const auto kept = co_await context_.sink(std::move(event));
            if (!kept) {
                co_await context_.clock.sleep_for(1s);
                continue;
            }
            device_.accepted.push_back(key);
            device_.waiting.pop_front();
        }
    }

    asio::awaitable<model::Outcome> execute(model::Command order) override
    {
        if (device_.on_order) co_return co_await device_.on_order(std::move(order));
        model::Outcome outcome;
        outcome.status = model::Status::confirmed;
        outcome.at = context_.clock.wall();
        co_return outcome;
    }

    asio::awaitable<device::PushReply> on_push(device::PushRequest) override
    {
        device::PushReply reply;
        co_return reply;
    }

    asio::awaitable<std::vector<device::TestStep>> self_test() override
    {
        std::vector<device::TestStep> steps;
        co_return steps;
    }

    [[nodiscard]] device::DeviceStatus status() const override { return status_; }

private:
    ScriptedDevice& device_;
    device::DriverContext context_;
    device::DeviceStatus status_;
};

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig&, config::Table,
                                            device::DriverContext context)
{
    return std::make_unique<ScriptedDriver>(*scripted, std::move(context));
}

} // namespace

void ScriptedDevice::push(const std::string& key, model::Body body)
{
    model::Event event;
    event.device_key = key;
    event.device_record = key;
    event.body = std::move(body);
    waiting.push_back(std::move(event));
    happened.notify();
}

device::MakeDriver ScriptedDevice::maker(ScriptedDevice& device)
{
    scripted = &device;
    return &make_driver;
}

} // namespace gatehouse::site
