#include "tests/process/centre.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <mosquitto.h>

#include <cstdlib>
#include <thread>

namespace gatehouse::proof {
namespace {

std::string text_at(const boost::json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

boost::json::object object_at(const boost::json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->as_object() : boost::json::object();
}

} // namespace

Centre::Centre(std::uint16_t broker) : broker_(broker)
{
    mosquitto_lib_init();
    client_ = mosquitto_new("centre", false, this);
    mosquitto_connect_callback_set(client_, &Centre::on_connect);
    mosquitto_disconnect_callback_set(client_, &Centre::on_disconnect);
    mosquitto_subscribe_callback_set(client_, &Centre::on_subscribe);
    mosquitto_message_callback_set(client_, &Centre::on_message);
}

Centre::~Centre()
{
    mosquitto_destroy(client_);
    mosquitto_lib_cleanup();
}

void Centre::pump(Milliseconds span)
{
    constexpr int keepalive_s = 60;
    const auto end = std::chrono::steady_clock::now() + span;
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= end) return;
        const auto left = std::chrono::duration_cast<Milliseconds>(end - now).count();
        if (!connected_ && mosquitto_connect(client_, "127.0.0.1", broker_, keepalive_s) == MOSQ_ERR_SUCCESS)
            connected_ = true;
        if (!connected_) {
            std::this_thread::sleep_for(std::min(5ms, Milliseconds(left) + 1ms));
            continue;
        }
        if (mosquitto_loop(client_, static_cast<int>(left) + 1, 1) != MOSQ_ERR_SUCCESS) {
            connected_ = false;
            subscribed_ = false;
        }
    }
}

void Centre::publish(const std::string& topic, const std::string& text, bool retain)
{
    mosquitto_publish(client_, nullptr, topic.c_str(), static_cast<int>(text.size()), text.data(), 1, retain);
}

void Centre::on_connect(mosquitto* client, void*, int code)
{
    if (code == 0) mosquitto_subscribe(client, nullptr, "gh/v1/#", 1);
}

void Centre::on_disconnect(mosquitto*, void* self, int)
{
    static_cast<Centre*>(self)->connected_ = false;
    static_cast<Centre*>(self)->subscribed_ = false;
}

void Centre::on_subscribe(mosquitto*, void* self, int, int, const int*)
{
    static_cast<Centre*>(self)->subscribed_ = true;
}

void Centre::on_message(mosquitto*, void* self, const mosquitto_message* message)
{
    static_cast<Centre*>(self)->take(message->topic, {static_cast<const char*>(message->payload),
                                                      static_cast<std::size_t>(message->payloadlen)});
}

void Centre::take(const std::string& topic, const std::string& text)
{
    if (topic.find("/cmd/") != std::string::npos || topic.find("/stat/") != std::string::npos) return;
    boost::system::error_code failure;
    const auto parsed = boost::json::parse(text, failure);
    if (failure || !parsed.is_object()) return;
    const auto& envelope = parsed.as_object();
    const auto data = object_at(envelope, "data");
    if (topic.find("/reply/") != std::string::npos) {
        const auto error = object_at(data, "error");
        const auto detail = object_at(data, "detail");
        const auto* final = detail.if_contains("final");
        replies_.push_back({text_at(data, "cmd_id"), text_at(data, "status"), text_at(error, "code"),
                            text_at(error, "text"), final == nullptr || final->as_bool()});
        return;
    }
    if (topic.find("/evt/") == std::string::npos && topic.find("/alert/") == std::string::npos) {
        states_[topic] = text;
        return;
    }
    Delivery delivery;
    const auto source = text_at(envelope, "source");
    delivery.source = source.substr(source.rfind('/') + 1);
    delivery.id = text_at(envelope, "id");
    delivery.type = text_at(envelope, "type");
    delivery.record = text_at(data, "device_record");
    delivery.sequence = std::strtoull(text_at(envelope, "sequence").c_str(), nullptr, 10);
    delivery.received = text_at(envelope, "receivedtime");
    delivery.data = boost::json::serialize(data);
    deliveries_.push_back(std::move(delivery));
}

std::optional<Reply> Centre::reply_to(const std::string& command) const
{
    for (auto at = replies_.rbegin(); at != replies_.rend(); ++at)
        if (at->command == command) return *at;
    return std::nullopt;
}

} // namespace gatehouse::proof
