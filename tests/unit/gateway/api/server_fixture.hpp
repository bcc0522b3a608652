#pragma once
#include "gateway/api/server.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

namespace gatehouse::api {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Local = asio::local::stream_protocol;
using Socket = asio::generic::stream_protocol::socket;

// A server with real sockets, a store in memory and a clock that moves when told.
class ApiServerTest : public testing::Test {
protected:
    ApiServerTest()
    {
        options.control_socket = testing::TempDir() + "gatehouse-api-" + std::to_string(::getpid()) + ".sock";
        ::unlink(options.control_socket.c_str());
        services.store = &store;
    }
    ~ApiServerTest() override { stop(); }
    // Before what its services need goes away.
    void stop()
    {
        if (!server) return;
        base::TaskGroup stopping(io.get_executor());
        stopping.spawn("stop", server->stop());
        run_until([&] { return stopping.size() == 0; });
        EXPECT_FALSE(std::filesystem::exists(options.control_socket));
        server.reset();
    }
    void run_until(const std::function<bool()>& done)
    {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < limit)
            io.run_one_for(20ms);
        ASSERT_TRUE(done());
    }
    base::Result<void> start()
    {
        server = std::make_unique<Server>(io.get_executor(), clock, metrics, options, services);
        return server->start();
    }
    asio::awaitable<void> talk(Socket socket, std::string request, std::string& heard)
    {
        co_await asio::async_write(socket, asio::buffer(request), asio::as_tuple(asio::use_awaitable));
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto [reason, size] =
                co_await socket.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
            if (reason) break;
            heard.append(chunk.data(), size);
        }
    }
    // The whole answer to one request.
    std::string exchange(Socket socket, std::string request)
    {
        std::string heard;
        base::TaskGroup client(io.get_executor());
        client.spawn("talk", talk(std::move(socket), std::move(request), heard));
        run_until([&] { return client.size() == 0; });
        return heard;
    }
    std::string over_tcp(const std::string& request)
    {
        tcp::socket socket(io);
        socket.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->port()));
        return exchange(Socket(std::move(socket)), request);
    }
    std::string over_control(const std::string& request)
    {
        Local::socket socket(io);
        socket.connect(Local::endpoint(options.control_socket));
        return exchange(Socket(std::move(socket)), request);
    }
    static std::string get_text(const std::string& target)
    {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }
    static std::string post_text(const std::string& target, const std::string& body)
    {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static unsigned status_of(const std::string& answer)
    {
        return answer.size() > 12 ? static_cast<unsigned>(std::stoul(answer.substr(9, 3))) : 0;
    }
    static boost::json::value json_of(const std::string& answer)
    {
        return boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    }
    unsigned get_status(const std::string& target) { return status_of(over_tcp(get_text(target))); }

    void journal(const std::string& device)
    {
        model::Event event;
        event.id = "01J0000000000000000000000" + std::to_string(store.last_seq() + 1);
        event.device = device;
        event.device_key = std::to_string(store.last_seq() + 1);
        event.occurred_at = event.received_at = clock.wall();
        event.body = model::BarrierMoved{};
        store::Change change;
        change.events.push_back(std::move(event));
        base::TaskGroup group(io.get_executor());
        group.spawn("commit", commit(std::move(change)));
        run_until([&] { return group.size() == 0; });
    }
    asio::awaitable<void> commit(store::Change change)
    {
        const auto done = co_await store.commit(std::move(change));
        EXPECT_TRUE(done.has_value());
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    ServerOptions options;
    Services services;
    std::unique_ptr<Server> server;
};

} // namespace gatehouse::api
