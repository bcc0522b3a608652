#include "tests/unit/protocols/mqtt/peer.hpp"

#include <cstdlib>
#include <mqtt_protocol.h>
#include <stdexcept>

namespace gatehouse::mqtt_test {

Peer::Peer(int port, const std::string& id)
{
    static const int ready = mosquitto_lib_init();
    (void)ready; // the library's own count of users
    client_ = mosquitto_new(id.c_str(), true, this);
    mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client_, MOSQ_OPT_RECEIVE_MAXIMUM, 65535);
    mosquitto_message_v5_callback_set(client_, &Peer::on_message);
    mosquitto_subscribe_v5_callback_set(client_, &Peer::on_subscribe);
    if (mosquitto_connect(client_, "127.0.0.1", port, 60) != MOSQ_ERR_SUCCESS)
        throw std::runtime_error("broker not reachable");
    mosquitto_loop_start(client_);
    mosquitto_subscribe(client_, nullptr, "gh/v1/#", 1);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return subscribed_; });
}

Peer::~Peer()
{
    mosquitto_disconnect(client_);
    mosquitto_loop_stop(client_, false);
    mosquitto_destroy(client_);
}

void Peer::on_subscribe(mosquitto*, void* self, int, int, const int*, const mosquitto_property*)
{
    auto& peer = *static_cast<Peer*>(self);
    const std::lock_guard lock(peer.mutex_);
    peer.subscribed_ = true;
    peer.changed_.notify_all();
}

void Peer::on_message(mosquitto*, void* self, const mosquitto_message* message,
                      const mosquitto_property* properties)
{
    auto& peer = *static_cast<Peer*>(self);
    Heard heard;
    heard.topic = message->topic;
    heard.payload.assign(static_cast<const char*>(message->payload),
                         static_cast<std::size_t>(message->payloadlen));
    heard.retained = message->retain;
    void* bytes = nullptr;
    std::uint16_t size = 0;
    if (mosquitto_property_read_binary(properties, MQTT_PROP_CORRELATION_DATA, &bytes, &size, false)) {
        heard.correlation.assign(static_cast<const char*>(bytes), size);
        std::free(bytes);
    }
    const std::lock_guard lock(peer.mutex_);
    peer.heard_.push_back(std::move(heard));
    peer.changed_.notify_all();
}

void Peer::publish(const std::string& topic, const std::string& payload, bool retained,
                   const std::string& response, const std::string& correlation)
{
    mosquitto_property* properties = nullptr;
    if (!response.empty())
        mosquitto_property_add_string(&properties, MQTT_PROP_RESPONSE_TOPIC, response.c_str());
    if (!correlation.empty())
        mosquitto_property_add_binary(&properties, MQTT_PROP_CORRELATION_DATA, correlation.data(),
                                      static_cast<std::uint16_t>(correlation.size()));
    mosquitto_publish_v5(client_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 1,
                         retained, properties);
    mosquitto_property_free_all(&properties);
}

std::size_t Peer::count_locked(const std::string& topic_part, const std::string& text) const
{
    std::size_t found = 0;
    for (const auto& heard : heard_)
        if (heard.topic.find(topic_part) != std::string::npos &&
            heard.payload.find(text) != std::string::npos)
            ++found;
    return found;
}

std::size_t Peer::count(const std::string& topic_part, const std::string& text)
{
    const std::lock_guard lock(mutex_);
    return count_locked(topic_part, text);
}

bool Peer::waits_for(const std::string& topic_part, const std::string& text, std::size_t count,
                     std::chrono::seconds limit)
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return count_locked(topic_part, text) >= count; });
}

std::vector<Heard> Peer::heard(const std::string& topic_part)
{
    const std::lock_guard lock(mutex_);
    std::vector<Heard> found;
    for (const auto& heard : heard_)
        if (heard.topic.find(topic_part) != std::string::npos) found.push_back(heard);
    return found;
}

} // namespace gatehouse::mqtt_test
