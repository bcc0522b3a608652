// The least program that asks boards over Modbus TCP for their inputs: one thread, a question and its answer
// at a fixed beat, and nothing done with it. What the gateway spends on a poll is measured beside it, in the
// same run.
//
//   bare_poll MILLISECONDS SECONDS PORT...
#include <boost/asio.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::uint64_t answered = 0;

asio::awaitable<void> poll(unsigned short port, std::chrono::milliseconds every)
{
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const tcp::endpoint peer(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(peer, asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::steady_timer beat(executor, std::chrono::steady_clock::now());
    // Function 02: eight inputs from 0 on, of unit 1.
    static constexpr std::array<std::uint8_t, 12> question{0, 7, 0, 0, 0, 6, 1, 2, 0, 0, 0, 8};
    std::array<std::uint8_t, 10> answer{};
    for (;;) {
        co_await asio::async_write(socket, asio::buffer(question), asio::use_awaitable);
        co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
        ++answered;
        beat.expires_at(beat.expiry() + every);
        co_await beat.async_wait(asio::use_awaitable);
    }
}

double processor_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::cerr << "usage: bare_poll MILLISECONDS SECONDS PORT...\n";
        return 2;
    }
    asio::io_context io(1);
    for (int i = 3; i < argc; ++i)
        asio::co_spawn(io,
                       poll(static_cast<unsigned short>(std::stoi(argv[i])),
                            std::chrono::milliseconds(std::stoi(argv[1]))),
                       [](std::exception_ptr failure) {
                           if (failure) std::cerr << "bare_poll: a board does not answer\n";
                       });
    io.run_for(std::chrono::seconds(1)); // connections are not what is measured
    const auto begun = processor_seconds();
    answered = 0;
    io.run_for(std::chrono::seconds(std::stoi(argv[2])));
    std::cout << "{\"answers\":" << answered << ",\"cpu_seconds\":" << processor_seconds() - begun << "}\n";
    return 0;
}
