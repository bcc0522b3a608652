#include "gateway/app/app.hpp"

#include "gateway/app/check.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/timeout.hpp"
#include "gateway/base/version.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

using base::kv;
using namespace std::chrono_literals;
namespace log = base::log;

// The steps of a stop; their sum stays below TimeoutStopSec=30 of the unit.
constexpr auto command_limit = 4s;
constexpr auto outlet_limit = 5s;

// What a reload cannot change: said, so that nobody waits for it to take effect.
std::vector<std::string> fixed_differences(const config::SiteConfig& now, const config::SiteConfig& wanted)
{
    std::vector<std::string> found;
    const auto differs = [&](const std::string& key, bool is_different) {
        if (is_different) found.push_back(key + ": a reload cannot change this; restart the service");
    };
    differs("site.id", now.site_id != wanted.site_id);
    differs("gateway.id", now.gateway_id != wanted.gateway_id);
    differs("gateway.data_dir", now.data_dir != wanted.data_dir);
    differs("gateway.control_socket", now.control_socket != wanted.control_socket);
    differs("site.timezone", now.utc_offset != wanted.utc_offset);
    differs("api.listen", now.api.address != wanted.api.address || now.api.port != wanted.api.port);
    differs("listener.listen",
            now.listener.address != wanted.listener.address || now.listener.port != wanted.listener.port);
    return found;
}

} // namespace

App::App(Ports ports, config::SiteConfig site)
    : parts_(std::make_unique<Parts>(std::move(ports), std::move(site)))
{
}
App::~App() = default;

asio::awaitable<void> App::start()
{
    auto& parts = *parts_;
    log::info("starting", kv("version", base::version()), kv("site", parts.site.site_id),
              kv("gateway", parts.site.gateway_id), kv("boot", parts.boot_id));
    parts.open_store();
    parts.make_services();
    co_await parts.start_services();
    co_await parts.start_upstreams();
    co_await parts.start_devices();
    if (parts.ports.doors) parts.start_doors();
    parts.start_housekeeping();
    parts.ready = true;
    log::info("ready", kv("devices", parts.site.devices.size()),
              kv("upstreams", parts.site.upstreams.size()));
}

asio::awaitable<void> App::stop()
{
    auto& parts = *parts_;
    parts.ready = false;
    if (parts.server) co_await parts.server->stop();
    if (parts.listener) co_await parts.listener->stop();
    co_await parts.commands->stop(command_limit);
    co_await parts.supervisor->stop();
    parts.alert_task.cancel();
    co_await parts.alert_task.join();
    for (auto& outlet : parts.outlets)
        co_await outlet->stop(outlet_limit);
    parts.background.cancel();
    co_await parts.background.join();
    co_await parts.store->close();
    parts.worker.join();
    log::info("stopped");
}

asio::awaitable<api::ReloadOutcome> App::reload()
{
    return parts_->reload();
}

asio::awaitable<api::ReloadOutcome> Parts::reload()
{
    api::ReloadOutcome outcome;
    config::Issues issues;
    auto wanted = load_config_to_run(site.file, issues, ports.registry);
    for (const auto& issue : issues)
        outcome.issues.push_back(config::to_string(issue));
    if (config::has_errors(issues)) {
        for (const auto& issue : outcome.issues)
            log::error(issue);
        log::error("configuration not reloaded: it has errors", kv("file", site.file));
        co_return outcome;
    }
    for (auto& sentence : fixed_differences(site, wanted)) {
        log::warn(sentence);
        outcome.issues.push_back(std::move(sentence));
    }
    use(std::move(wanted));
    co_await supervisor->apply(site.devices, site.device_tables);
    co_await reload_upstreams();
    log::info("configuration reloaded", kv("file", site.file));
    outcome.applied = true;
    co_return outcome;
}

// Takes over what may change while running.
void Parts::use(config::SiteConfig wanted)
{
    wanted.site_id = site.site_id;
    wanted.gateway_id = site.gateway_id;
    wanted.data_dir = site.data_dir;
    wanted.control_socket = site.control_socket;
    wanted.utc_offset = site.utc_offset;
    wanted.api = site.api;
    wanted.listener = site.listener;
    site = std::move(wanted);
    auto level = log::Level::info;
    if (log::parse_level(site.log_level, level)) log::set_level(level);
    intake->use_lanes(site.lanes);
    alerts->reload(site.rules);
}

asio::awaitable<void> Parts::reload_upstreams()
{
    const auto wanted = [this](const Outlet& outlet) {
        return std::any_of(site.upstreams.begin(), site.upstreams.end(),
                           [&](const config::UpstreamConfig& upstream) {
                               return upstream.name == outlet.config().name &&
                                      upstream.fingerprint == outlet.config().fingerprint;
                           });
    };
    for (std::size_t i = 0; i < outlets.size();) {
        if (wanted(*outlets[i])) {
            ++i;
            continue;
        }
        // Off the list first: nobody may find it while it stops.
        auto gone = std::move(outlets[i]);
        outlets.erase(outlets.begin() + static_cast<std::ptrdiff_t>(i));
        co_await gone->stop(outlet_limit);
    }
    for (const auto& upstream : site.upstreams)
        if (outlet(upstream.name) == nullptr) co_await start_upstream(upstream);
}

} // namespace gatehouse::app
