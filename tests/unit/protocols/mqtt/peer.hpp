#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mosquitto.h>
#include <mutex>
#include <string>
#include <vector>

namespace gatehouse::mqtt_test {

struct Heard {
    std::string topic;
    std::string payload;
    bool retained = false;
    std::string correlation;
};

// The centre's side: another client of the same broker, over libmosquitto so that it shares no code with the
// sink. Its thread only fills the list.
class Peer {
public:
    Peer(int port, const std::string& id);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void publish(const std::string& topic, const std::string& payload, bool retained = false,
                 const std::string& response = {}, const std::string& correlation = {});
    [[nodiscard]] std::vector<Heard> heard(const std::string& topic_part);
    // True as soon as `count` messages whose topic contains `topic_part` and whose text contains `text` have
    // come.
    bool waits_for(const std::string& topic_part, const std::string& text = {}, std::size_t count = 1,
                   std::chrono::seconds limit = std::chrono::seconds(10));
    std::size_t count(const std::string& topic_part, const std::string& text = {});

private:
    static void on_message(mosquitto*, void* self, const mosquitto_message* message,
                           const mosquitto_property* properties);
    static void on_subscribe(mosquitto*, void* self, int, int, const int*, const mosquitto_property*);
    std::size_t count_locked(const std::string& topic_part, const std::string& text) const;

    mosquitto* client_ = nullptr;
    std::mutex mutex_; // libmosquitto's thread writes, the test reads
    std::condition_variable changed_;
    std::vector<Heard> heard_;
    bool subscribed_ = false;
};

} // namespace gatehouse::mqtt_test
