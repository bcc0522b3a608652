#include "tests/process/broker.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace gatehouse::proof {
namespace {

bool listens(std::uint16_t port)
{
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool reached = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return reached;
}

} // namespace

Broker::Broker(const Scratch& scratch)
    : port_(free_port()), config_(scratch.file("mosquitto.conf")), log_(scratch.file("mosquitto.log"))
{
    const auto place = scratch.path() / "broker";
    std::filesystem::create_directory(place);
    std::filesystem::permissions(place, std::filesystem::perms::all);
    write_file(config_,
               fmt::format("listener {} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\n"
                           "persistence_location {}/\nmax_queued_messages 0\nmax_inflight_messages 0\n"
                           "set_tcp_nodelay true\n",
                           port_, place.string()));
}

void Broker::start()
{
    // The daemon lies in a folder that is not on every user's path.
    const std::string path =
        std::filesystem::exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
    child_ = Child({path, "-c", config_}, log_);
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!listens(port_)) {
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the broker does not start");
        std::this_thread::sleep_for(2ms);
    }
}

void Broker::stop()
{
    child_.end(SIGTERM);
}

void Broker::kill()
{
    child_.end(SIGKILL);
}

void Broker::freeze() const
{
    child_.signal(SIGSTOP);
}

void Broker::thaw() const
{
    child_.signal(SIGCONT);
}

} // namespace gatehouse::proof
