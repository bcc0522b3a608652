#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

struct mosquitto;
struct mosquitto_message;

namespace gatehouse::peers {

// A face terminal on a real broker, by a client library that the gateway does not use; comes back by itself.
class BusTerminal {
public:
    struct Manners {
        std::string orders; // topic on which it is told what to do
        std::string answers;
        std::function<std::string(const std::string& order)> answer;
        std::string online_topic, online; // said at each connect
        std::string will_topic, will;     // said by the broker for it
    };

    BusTerminal(std::uint16_t broker, Manners manners);
    // Without a goodbye, as when its current is cut.
    ~BusTerminal();
    BusTerminal(const BusTerminal&) = delete;
    BusTerminal& operator=(const BusTerminal&) = delete;

    void say(const std::string& topic, const std::string& text) const;
    // The last order, and how many came.
    [[nodiscard]] std::string last_order() const;
    [[nodiscard]] std::size_t orders() const;

private:
    static void on_connect(mosquitto*, void* self, int code);
    static void on_message(mosquitto*, void* self, const mosquitto_message* message);

    Manners manners_;
    mosquitto* client_;
    mutable std::mutex guard_; // its thread writes what follows
    std::string last_;
    std::size_t count_ = 0;
};

} // namespace gatehouse::peers
