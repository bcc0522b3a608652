#include "tests/peers/modbus_server.hpp"

#include "tests/process/scratch.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::peers {
namespace {

constexpr int unit = 1;
constexpr int channels = 8;
constexpr int look_ms = 20;

bool readable(int descriptor)
{
    pollfd looked{descriptor, POLLIN, 0};
    return ::poll(&looked, 1, look_ms) > 0;
}

} // namespace

ModbusServer::ModbusServer(Framing framing)
    : framing_(framing), mapping_(modbus_mapping_new(channels, channels, channels, channels))
{
    if (framing == Framing::rtu)
        open_line();
    else
        listen();
    modbus_set_slave(context_, unit);
    input(1, true); // the boom is down
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

ModbusServer::~ModbusServer()
{
    thread_.request_stop();
    thread_.join();
    for (const int descriptor : {listening_, client_, other_end_})
        if (descriptor >= 0) ::close(descriptor);
    modbus_free(context_);
    modbus_mapping_free(mapping_);
}

// A pair of pseudo terminals stands for the two-wire line.
void ModbusServer::open_line()
{
    client_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (client_ < 0 || ::grantpt(client_) != 0 || ::unlockpt(client_) != 0)
        throw std::runtime_error("no pseudo terminal");
    line_ = ::ptsname(client_);
    other_end_ = ::open(line_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios raw{};
    ::tcgetattr(other_end_, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(other_end_, TCSANOW, &raw);
    context_ = modbus_new_rtu(line_.c_str(), 9600, 'N', 8, 1);
    modbus_set_socket(context_, client_);
}

void ModbusServer::listen()
{
    port_ = proof::free_port();
    context_ = framing_ == Framing::tcp ? modbus_new_tcp("127.0.0.1", port_)
                                        : modbus_new_rtu("/dev/null", 9600, 'N', 8, 1);
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_, 1) != 0)
        throw std::runtime_error("the Modbus server cannot listen");
}

std::string ModbusServer::address() const
{
    if (framing_ == Framing::rtu) return fmt::format("serial://{}?baud=9600&parity=none", line_);
    return fmt::format("{}://127.0.0.1:{}", framing_ == Framing::tcp ? "tcp" : "rtu+tcp", port_);
}

void ModbusServer::input(int number, bool on)
{
    const std::scoped_lock lock(guard_);
    mapping_->tab_input_bits[number] = on ? 1 : 0;
    mapping_->tab_input_registers[number] = on ? 1 : 0;
}

bool ModbusServer::coil(int number) const
{
    const std::scoped_lock lock(guard_);
    return mapping_->tab_bits[number] != 0;
}

std::uint16_t ModbusServer::holding(int number) const
{
    const std::scoped_lock lock(guard_);
    return mapping_->tab_registers[number];
}

// ---- its own thread ----

void ModbusServer::serve(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        if (!await_client()) continue;
        if (hang_up_.exchange(false) && listening_ >= 0)
            ::close(std::exchange(client_, -1));
        else if (readable(client_))
            answer();
    }
}

bool ModbusServer::await_client()
{
    if (client_ >= 0) return true;
    if (!readable(listening_)) return false;
    client_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    modbus_set_socket(context_, client_);
    return client_ >= 0;
}

void ModbusServer::answer()
{
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> question{};
    const int size = modbus_receive(context_, question.data());
    if (size < 0 && listening_ >= 0) ::close(std::exchange(client_, -1));
    if (size <= 0) return; // for another unit, or not whole
    const std::scoped_lock lock(guard_);
    const bool pressed = mapping_->tab_bits[0] != 0;
    modbus_reply(context_, question.data(), size, mapping_);
    if (!pressed && mapping_->tab_bits[0] != 0) ++presses_;
    move_boom();
}

void ModbusServer::move_boom()
{
    const bool raise = mapping_->tab_bits[0] != 0;
    if (!raise && mapping_->tab_bits[1] == 0) return;
    mapping_->tab_input_bits[0] = raise ? 1 : 0;
    mapping_->tab_input_bits[1] = raise ? 0 : 1;
}

} // namespace gatehouse::peers
