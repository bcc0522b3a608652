#pragma once
#include "gateway/base/task_group.hpp"
#include "tests/sim/http.hpp"

#include <functional>
#include <string>

namespace gatehouse::sim {

// The control channel: one command a line, one answer a line, over loopback TCP or standard input. io thread
// only.
class Control {
public:
    using Obey = std::function<std::string(const std::string& line)>;

    Control(asio::any_io_executor executor, Obey obey);

    // Answers the port in use. Throws when it is taken.
    std::uint16_t listen(std::uint16_t port);
    // Answers go to standard output.
    void read_stdin();
    asio::awaitable<void> stop();

private:
    asio::awaitable<void> accept();
    asio::awaitable<void> talk(std::shared_ptr<Tcp::socket> socket);
    asio::awaitable<void> read_input();

    Obey obey_;
    base::TaskGroup group_;
    Tcp::acceptor acceptor_;
};

} // namespace gatehouse::sim
