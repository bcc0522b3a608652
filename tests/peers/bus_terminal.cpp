#include "tests/peers/bus_terminal.hpp"

#include <mosquitto.h>
#include <sys/socket.h>

#include <stdexcept>

namespace gatehouse::peers {

BusTerminal::BusTerminal(std::uint16_t broker, Manners manners)
    : manners_(std::move(manners)), client_(mosquitto_new(nullptr, true, this))
{
    mosquitto_connect_callback_set(client_, &BusTerminal::on_connect);
    mosquitto_message_callback_set(client_, &BusTerminal::on_message);
    if (!manners_.will.empty())
        mosquitto_will_set(client_, manners_.will_topic.c_str(), static_cast<int>(manners_.will.size()),
                           manners_.will.data(), 0, false);
    constexpr int keepalive_s = 10;
    if (mosquitto_connect_async(client_, "127.0.0.1", broker, keepalive_s) != MOSQ_ERR_SUCCESS ||
        mosquitto_loop_start(client_) != MOSQ_ERR_SUCCESS)
        throw std::runtime_error("the terminal does not start");
}

BusTerminal::~BusTerminal()
{
    mosquitto_loop_stop(client_, true);
    mosquitto_destroy(client_);
}

void BusTerminal::say(const std::string& topic, const std::string& text) const
{
    mosquitto_publish(client_, nullptr, topic.c_str(), static_cast<int>(text.size()), text.data(), 0, false);
}

std::string BusTerminal::last_order() const
{
    const std::scoped_lock lock(guard_);
    return last_;
}

std::size_t BusTerminal::orders() const
{
    const std::scoped_lock lock(guard_);
    return count_;
}

void BusTerminal::on_connect(mosquitto* client, void* self, int code)
{
    const auto& terminal = *static_cast<BusTerminal*>(self);
    if (code != 0) return;
    mosquitto_subscribe(client, nullptr, terminal.manners_.orders.c_str(), 0);
    terminal.say(terminal.manners_.online_topic, terminal.manners_.online);
}

void BusTerminal::on_message(mosquitto*, void* self, const mosquitto_message* message)
{
    auto& terminal = *static_cast<BusTerminal*>(self);
    const std::string order(static_cast<const char*>(message->payload),
                            static_cast<std::size_t>(message->payloadlen));
    {
        const std::scoped_lock lock(terminal.guard_);
        terminal.last_ = order;
        ++terminal.count_;
    }
    terminal.say(terminal.manners_.answers, terminal.manners_.answer(order));
}

} // namespace gatehouse::peers
