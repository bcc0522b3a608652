// gatehouse-sim: a whole estate of simulated devices in one process. See README.md in this folder.
#include "gateway/base/clock.hpp"
#include "tests/sim/control.hpp"
#include "tests/sim/site.hpp"
#include "tests/sim/text.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>

namespace {

namespace asio = boost::asio;
namespace sim = gatehouse::sim;

struct Arguments {
    std::string estate;
    std::string oracle;
    std::string duration;
    std::string control;
    std::string begin;
};

asio::awaitable<void> until_told(asio::io_context& io, sim::Span duration)
{
    using namespace asio::experimental::awaitable_operators;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    asio::steady_timer timer(io, asio::steady_timer::time_point::max());
    if (duration.count() > 0) timer.expires_after(duration);
    co_await (signals.async_wait(asio::use_awaitable) || timer.async_wait(asio::use_awaitable));
}

void print(const std::string& line)
{
    std::puts(line.c_str());
    std::fflush(stdout);
}

void open_control(sim::Control& control, const std::string& where)
{
    if (where == "stdin")
        control.read_stdin();
    else if (!where.empty())
        print(fmt::format(R"({{"control":{}}})",
                          control.listen(static_cast<std::uint16_t>(std::stoul(where)))));
}

asio::awaitable<void> live(asio::io_context& io, sim::Site& site, sim::Control& control, sim::Span duration)
{
    co_await until_told(io, duration);
    co_await control.stop();
    print(site.stats());
    co_await site.stop();
}

int run(const Arguments& arguments)
{
    const auto duration = sim::parse_span(arguments.duration);
    if (!duration) throw std::runtime_error("--duration is a span such as 30s");
    const auto begin = sim::parse_moment(arguments.begin);
    if (!begin) throw std::runtime_error("--begin is a time such as 07:30 or a span such as 30s");
    auto estate = sim::load_estate(arguments.estate);
    sim::begin_at(estate, *begin);
    asio::io_context io(1);
    gatehouse::base::SystemClock clock;
    sim::Oracle no_oracle;
    std::unique_ptr<sim::Oracle> oracle;
    if (!arguments.oracle.empty()) oracle = std::make_unique<sim::Oracle>(arguments.oracle);
    sim::Ground ground{io.get_executor(), clock, oracle ? *oracle : no_oracle};
    sim::Site site(ground, std::move(estate));
    sim::Control control(io.get_executor(), [&site](const std::string& line) { return site.command(line); });
    gatehouse::base::TaskGroup group(io.get_executor());
    site.start();
    for (const auto& line : site.ports())
        print(line);
    open_control(control, arguments.control);
    print(R"({"ready":true})");
    group.spawn("life", live(io, site, control, *duration));
    io.run();
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app("Simulated devices for trials, training and tests", "gatehouse-sim");
    app.add_option("--estate", arguments.estate, "the devices and their traffic (TOML)")->required();
    app.add_option("--oracle", arguments.oracle,
                   "write what truly happened to this file, one JSON line each");
    app.add_option("--duration", arguments.duration, "end after this span; 0: only by signal")
        ->default_val("0");
    app.add_option("--begin", arguments.begin, "take the script up at this moment of it")->default_val("0");
    app.add_option("--control", arguments.control,
                   "take commands on this loopback port (0: any), or \"stdin\"");
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        fmt::print(stderr, "gatehouse-sim: {}\n", error.what());
        return 1;
    }
}
