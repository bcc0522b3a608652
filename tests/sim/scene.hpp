#pragma once
#include "tests/sim/estate.hpp"
#include "tests/sim/site.hpp"
#include "tests/sim/tcp_server.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gatehouse::sim {

// For tests: an estate on real loopback sockets, and a peer that writes its bytes by hand.
class Scene : public testing::Test {
public:
    // Plays `scene` beside the estate until it returns.
    void run(const std::string& estate, asio::awaitable<void> scene)
    {
        const Ground ground{io.get_executor(), clock, oracle};
        site = std::make_unique<Site>(ground, parse_estate(estate, "estate"));
        base::TaskGroup group(io.get_executor(), [](const std::string& task, std::exception_ptr) {
            ADD_FAILURE() << "task failed: " << task;
        });
        site->start();
        group.spawn("scene", play(std::move(scene)));
        io.run();
    }
    std::uint16_t port(std::size_t device = 0)
    {
        return static_cast<std::uint16_t>(std::stoul(between(site->ports().at(device), "\"port\":", "}")));
    }
    std::string oracle_text()
    {
        oracle.flush();
        std::ifstream file(path);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    void TearDown() override { std::remove(path.c_str()); }

    asio::io_context io{1};
    base::SystemClock clock;
    const std::string path = testing::TempDir() + "gatehouse-scene-" + std::to_string(::getpid()) + ".jsonl";
    Oracle oracle{path};
    std::unique_ptr<Site> site;

private:
    asio::awaitable<void> play(asio::awaitable<void> scene)
    {
        co_await std::move(scene);
        co_await site->stop();
    }
};

} // namespace gatehouse::sim
