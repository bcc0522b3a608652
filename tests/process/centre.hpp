#pragma once
#include "tests/process/scratch.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

struct mosquitto;
struct mosquitto_message;

namespace gatehouse::proof {

// One event or alert as it reached the centre.
struct Delivery {
    std::string source; // last part: the device id
    std::string id;
    std::string type;
    std::string record; // data.device_record
    std::uint64_t sequence = 0;
    std::string received; // the gateway's clock
    std::string data;     // JSON
};

struct Reply {
    std::string command;
    std::string status;
    std::string code; // error.code
    std::string text;
    bool final = true; // false: "accepted", and the end is still to come
};

// The operations centre: a subscriber whose session outlives it and the broker, with QoS 1, so that nothing
// is lost on its side. It shares no client library with the gateway. Nothing happens outside pump().
class Centre {
public:
    explicit Centre(std::uint16_t broker);
    ~Centre();
    Centre(const Centre&) = delete;
    Centre& operator=(const Centre&) = delete;

    // Reads and writes for about so long, connecting again where needed.
    void pump(Milliseconds span);
    [[nodiscard]] bool subscribed() const { return subscribed_; }

    // QoS 1.
    void publish(const std::string& topic, const std::string& text, bool retain = false);

    // In order of arrival, with all repetitions.
    [[nodiscard]] const std::vector<Delivery>& deliveries() const { return deliveries_; }
    [[nodiscard]] const std::vector<Reply>& replies() const { return replies_; }
    [[nodiscard]] std::optional<Reply> reply_to(const std::string& command) const;
    // The newest retained text by topic: state, info, dev/*/state.
    [[nodiscard]] const std::map<std::string, std::string>& retained() const { return states_; }

private:
    static void on_connect(mosquitto* client, void* self, int code);
    static void on_disconnect(mosquitto* client, void* self, int code);
    static void on_subscribe(mosquitto* client, void* self, int, int, const int*);
    static void on_message(mosquitto* client, void* self, const mosquitto_message* message);
    void take(const std::string& topic, const std::string& text);

    std::uint16_t broker_;
    mosquitto* client_ = nullptr;
    bool connected_ = false;
    bool subscribed_ = false;
    std::vector<Delivery> deliveries_;
    std::vector<Reply> replies_;
    std::map<std::string, std::string> states_;
};

} // namespace gatehouse::proof
