#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

struct _modbus;
struct _modbus_mapping_t;

namespace gatehouse::peers {

enum class Framing { tcp, rtu_over_tcp, rtu };

// A Modbus server by libmodbus, with eight coils, inputs and registers; a gate is wired to it: coil 0 raises
// the boom until input 0, coil 1 lowers it until input 1. It has a thread of its own, as libmodbus blocks.
class ModbusServer {
public:
    explicit ModbusServer(Framing framing);
    ~ModbusServer();
    ModbusServer(const ModbusServer&) = delete;
    ModbusServer& operator=(const ModbusServer&) = delete;

    // As a device's table writes it.
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    void input(int number, bool on);
    [[nodiscard]] bool coil(int number) const;
    [[nodiscard]] std::uint16_t holding(int number) const;
    // How often coil 0 went on.
    [[nodiscard]] int presses() const { return presses_; }
    // Closes the client's connection.
    void hang_up() { hang_up_ = true; }

private:
    void open_line();
    void listen();
    void serve(const std::stop_token& stop);
    [[nodiscard]] bool await_client();
    void answer();
    void move_boom();

    Framing framing_;
    std::uint16_t port_ = 0;
    std::string line_;
    int listening_ = -1;
    int client_ = -1;
    int other_end_ = -1; // keeps the line alive while nobody else has it open
    _modbus* context_ = nullptr;
    mutable std::mutex guard_; // of the mapping
    _modbus_mapping_t* mapping_ = nullptr;
    std::atomic<int> presses_{0};
    std::atomic<bool> hang_up_{false};
    std::jthread thread_;
};

} // namespace gatehouse::peers
