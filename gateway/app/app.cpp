#include "gateway/app/app.hpp"

#include "gateway/api/routes.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/version.hpp"

namespace gatehouse::app {
namespace {

using base::kv;
using namespace std::chrono_literals;
namespace log = base::log;

// A step of a stop; the sum of all stays below TimeoutStopSec=30 of the unit.
constexpr auto command_limit = 4s;

} // namespace

App::App(Ports ports, config::SiteConfig site)
    : parts_(std::make_unique<Parts>(std::move(ports), std::move(site)))
{
}
App::~App() = default;

asio::awaitable<void> App::start()
{
    return parts_->start();
}

asio::awaitable<void> App::stop()
{
    return parts_->stop();
}

asio::awaitable<api::ReloadOutcome> App::reload()
{
    return parts_->reload();
}

asio::awaitable<api::Response> App::answer(api::Request request)
{
    const api::Context context{parts_->services(), parts_->ports.clock};
    co_return co_await api::respond(context, std::move(request));
}

asio::awaitable<void> Parts::start()
{
    log::info("starting", kv("version", base::version()), kv("site", site.site_id),
              kv("gateway", site.gateway_id), kv("boot", boot_id));
    open_store();
    make_services();
    co_await start_services();
    co_await start_upstreams();
    start_channels();
    co_await start_devices();
    if (ports.doors) {
        co_await config_editor->begin();
        start_doors();
    }
    tell_setup_code();
    start_housekeeping();
    ready = true;
    log::info("ready", kv("devices", site.devices.size()), kv("upstreams", site.upstreams.size()));
}

asio::awaitable<void> Parts::stop()
{
    ready = false;
    if (server) co_await server->stop();
    if (listener) co_await listener->stop();
    // A reload that is under way starts and stops what is stopped below.
    co_await config_editor->stop();
    co_await reloads.join();
    co_await commands->stop(command_limit);
    co_await supervisor->stop();
    // After the devices: an input that comes on until then is still written down.
    co_await fire->stop();
    alert_task.cancel();
    co_await alert_task.join();
    for (auto& outlet : outlets)
        co_await outlet->stop(outlet_limit);
    for (auto& channel : channels)
        co_await channel->stop(outlet_limit);
    background.cancel();
    co_await background.join();
    if (plate_checks) co_await plate_checks->stop();
    if (eyes) co_await eyes->stop();
    co_await note_stop();
    co_await store->close();
    worker.join();
    log::info("stopped");
}

} // namespace gatehouse::app
