#include "gateway/app/daemon.hpp"

#include "gateway/app/app.hpp"
#include "gateway/app/check.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/app/notify.hpp"
#include "gateway/app/start_extension.hpp"
#include "gateway/app/vision_process.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/task_group.hpp"
#include "protocols/mqtt/bus.hpp"
#include "protocols/net/device_connector.hpp"
#include "protocols/net/search_port.hpp"
#include "protocols/net/udp_port.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

namespace gatehouse::app {
namespace {

using base::kv;
namespace log = base::log;

constexpr int clean = 0;

void set_log_level(const std::string& text)
{
    auto level = log::Level::info;
    if (log::parse_level(text, level)) log::set_level(level);
}

void log_issues(const config::Issues& issues)
{
    for (const auto& issue : issues) {
        if (issue.warning)
            log::warn(config::to_string(issue));
        else
            log::error(config::to_string(issue));
    }
}

// A salvage or a migration may take longer than TimeoutStartSec of the unit; killed, it would begin again.
store::OpenedStore open_patiently(asio::any_io_executor io, base::Clock& clock, base::Metrics& metrics,
                                  store::StoreOptions options, std::vector<std::string> readers)
{
    const StartExtension extension;
    return store::open_store(std::move(io), clock, metrics, std::move(options), std::move(readers));
}

// owns: the loop's life from the first signal handler to the last coroutine.
class Daemon {
public:
    Daemon(config::SiteConfig site, std::span<const api::StaticFile> console)
        : random_(std::random_device{}()), connector_(io_.get_executor()),
          app_(ports(console), std::move(site)), signals_(io_, SIGTERM, SIGINT, SIGHUP),
          main_(io_.get_executor(),
                [this](const std::string&, std::exception_ptr why) { failed(std::move(why)); })
    {
    }

    int run()
    {
        main_.spawn("main", live());
        io_.run();
        return exit_code_;
    }

private:
    App::Ports ports(std::span<const api::StaticFile> console)
    {
        App::Ports made{io_.get_executor(), clock_, random_, connector_};
        made.console = console;
        made.open_store = &open_patiently;
        made.datagrams = [executor = io_.get_executor()](const base::Endpoint& local) {
            return net::UdpPort::open(executor, local);
        };
        made.buses = mqtt::bus_opener(io_.get_executor());
        made.spawn_vision = [executor = io_.get_executor()](const config::VisionConfig& vision) {
            return spawn_vision(executor, vision_command(vision));
        };
        made.interfaces = &net::network_interfaces;
        made.search_port = [executor = io_.get_executor()](const base::NetworkInterface& through,
                                                           std::uint16_t port, const std::string& group) {
            return net::open_search_port(executor, through, port, group);
        };
        return made;
    }

    asio::awaitable<void> live()
    {
        co_await app_.start();
        notify_ready("running");
        co_await serve_signals();
        notify_stopping();
        log::info("stopping");
        main_.spawn("second signal", abort_on_signal());
        co_await app_.stop();
        signals_.cancel();
        main_.cancel();
    }

    // Resumes at the first SIGTERM or SIGINT.
    asio::awaitable<void> serve_signals()
    {
        for (;;) {
            const int number = co_await signals_.async_wait(asio::use_awaitable);
            if (number != SIGHUP) co_return;
            notify_reloading();
            const auto outcome = co_await app_.reload();
            notify_ready(outcome.applied ? "running" : "running; the last reload was refused, see the log");
        }
    }

    asio::awaitable<void> abort_on_signal()
    {
        for (;;) {
            const int number = co_await signals_.async_wait(asio::use_awaitable);
            if (number != SIGHUP) break;
            log::info("stopping: no reload");
        }
        log::warn("second signal: ending at once");
        std::_Exit(exit_code::failure);
    }

    void failed(std::exception_ptr why)
    {
        try {
            std::rethrow_exception(std::move(why));
        } catch (const std::exception& error) {
            log::error("cannot run", kv("why", error.what()));
        }
        // Half of the house may be up; what is on disk is safe, and nothing else is worth an orderly end
        // here.
        std::_Exit(exit_code::failure);
    }

    asio::io_context io_{1};
    base::SystemClock clock_;
    base::Random random_;
    net::DeviceConnector connector_;
    App app_;
    asio::signal_set signals_;
    base::TaskGroup main_;
    int exit_code_ = clean;
};

} // namespace

int run_daemon(const std::string& config_file, std::span<const api::StaticFile> console)
{
    // A peer that closes its end is an error code, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    config::Issues issues;
    auto site = load_config_to_run(config_file, issues);
    log_issues(issues);
    if (config::has_errors(issues)) return exit_code::bad_configuration;
    set_log_level(site.log_level);
    Daemon daemon(std::move(site), console);
    return daemon.run();
}

} // namespace gatehouse::app
