#include "protocols/mqtt/link.hpp"

#include "protocols/mqtt/hand_over.hpp"
#include "protocols/mqtt/reason.hpp"

#include <boost/asio/post.hpp>
#include <mqtt/async_client.h>

#include <limits>

namespace gatehouse::mqtt {
namespace {

namespace paho = ::mqtt;

constexpr auto content_type = "application/cloudevents+json; charset=utf-8";
constexpr int paho_queue_max = 65535;
// What may be on its way to us: orders come one by one, and io takes them within a turn of its loop.
constexpr std::uint16_t inbound_window = 32;
constexpr std::size_t inbound_packet_max = payload_size_max + 4096; // topic and properties beside it

std::string server_uri(const LinkOptions& options)
{
    return (options.tls ? "ssl://" : "tcp://") + options.host + ":" + std::to_string(options.port);
}

paho::connect_options connect_options_of(const LinkOptions& options)
{
    paho::connect_options connect;
    connect.set_mqtt_version(options.v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
    if (options.v5) {
        connect.set_clean_start(false);
        paho::properties properties;
        const auto expiry = static_cast<std::int32_t>(options.session_expiry.count());
        properties.add({paho::property::SESSION_EXPIRY_INTERVAL, expiry});
        properties.add({paho::property::RECEIVE_MAXIMUM, inbound_window});
        properties.add({paho::property::MAXIMUM_PACKET_SIZE, static_cast<std::int32_t>(inbound_packet_max)});
        connect.set_properties(std::move(properties));
    } else {
        connect.set_clean_session(options.clean);
    }
    connect.set_keep_alive_interval(options.keepalive);
    connect.set_connect_timeout(options.connect_timeout);
    connect.set_automatic_reconnect(false);
    connect.set_max_inflight(65535); // the dispatcher's window is the only one
    if (!options.username.empty()) connect.set_user_name(options.username);
    if (!options.password.empty()) connect.set_password(options.password.expose());
    if (!options.will_topic.empty()) {
        paho::properties properties;
        if (options.v5) {
            const auto delay = static_cast<std::int32_t>(options.will_delay.count());
            properties.add({paho::property::WILL_DELAY_INTERVAL, delay});
            properties.add({paho::property::CONTENT_TYPE, std::string(content_type)});
        }
        paho::will_options will(options.will_topic, paho::binary_ref(options.will_payload), 1, true,
                                properties);
        connect.set_will(std::move(will));
    }
    if (options.tls) {
        paho::ssl_options ssl;
        if (!options.ca.empty()) ssl.set_trust_store(options.ca);
        if (!options.certificate.empty()) {
            ssl.set_key_store(options.certificate);
            ssl.set_private_key(options.key);
        }
        ssl.set_ssl_version(MQTT_SSL_VERSION_TLS_1_2);
        ssl.set_enable_server_cert_auth(true);
        ssl.set_verify(true);
        connect.set_ssl(std::move(ssl));
    }
    return connect;
}

int code_of(const paho::token& token)
{
    const auto reason = static_cast<int>(token.get_reason_code());
    return reason != 0 ? reason : token.get_return_code();
}

template <class Text>
std::string property_text(const paho::properties& properties, paho::property::code code, Text)
{
    return properties.contains(code) ? std::string(paho::get<Text>(properties, code)) : std::string();
}

} // namespace

struct Link::Face {
    LinkHandlers handlers;
};

// The Paho client and its listeners. Created, used and destroyed on the worker; its callbacks run on Paho's
// threads and do nothing but post.
class Link::Connection final : public std::enable_shared_from_this<Connection>, public paho::callback {
public:
    Connection(asio::any_io_executor io, std::weak_ptr<Face> face, LinkOptions options)
        : io_(std::move(io)), face_(std::move(face)), options_(std::move(options)), connecting_(*this),
          subscribing_(*this), publishing_(*this), leaving_(*this)
    {
    }

    void open()
    {
        try {
            // The bound also holds while connected: a birth of many devices or a wide window must fit.
            paho::create_options create(options_.v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1, paho_queue_max);
            client_ = std::make_unique<paho::async_client>(server_uri(options_), options_.client_id, create,
                                                           nullptr);
            client_->set_callback(*this);
            client_->set_disconnected_handler([this](const paho::properties&, paho::ReasonCode reason) {
                lost(static_cast<int>(reason), reason_text(static_cast<int>(reason)));
            });
            client_->connect(connect_options_of(options_), nullptr, connecting_);
        } catch (const std::exception& error) {
            Greeting greeting{.accepted = false, .code = -1, .why = error.what()};
            tell([greeting = std::move(greeting)](LinkHandlers& handlers) { handlers.greeted(greeting); });
        }
    }

    void subscribe(const std::string& topic)
    {
        try {
            client_->subscribe(topic, options_.qos, nullptr, subscribing_);
        } catch (const std::exception&) {
            tell([](LinkHandlers& handlers) { handlers.subscribed(0x80); });
        }
    }

    void publish(std::vector<Outgoing> batch)
    {
        for (auto& message : batch) {
            const auto id = message.id;
            try {
                publish_one(std::move(message));
            } catch (const std::exception&) {
                tell([id](LinkHandlers& handlers) { handlers.answered(id, Answer{}); });
            }
        }
    }

    void disconnect()
    {
        try {
            client_->disconnect(1000, nullptr, leaving_);
        } catch (const std::exception&) {
            tell([](LinkHandlers& handlers) { handlers.goodbye_done(); });
        }
    }

    // Worker thread only. Paho C 1.3 makes every callback under the lock that MQTTAsync_destroy() takes
    // first: once that has it, none is running, and none begins afterwards. So nothing is waited for here.
    void retire() { client_.reset(); }

private:
    // Hands the result of one kind of action to a member function.
    template <void (Connection::*Done)(const paho::token&, bool)>
    class Listener final : public paho::iaction_listener {
    public:
        explicit Listener(Connection& owner) : owner_(owner) {}
        void on_success(const paho::token& token) override { (owner_.*Done)(token, true); }
        void on_failure(const paho::token& token) override { (owner_.*Done)(token, false); }

    private:
        Connection& owner_;
    };

    template <class Call>
    void tell(Call call)
    {
        asio::post(io_, [face = face_, call = std::move(call)]() mutable {
            if (const auto live = face.lock()) call(live->handlers);
        });
    }

    void publish_one(Outgoing message)
    {
        paho::properties properties;
        if (options_.v5) {
            properties.add({paho::property::CONTENT_TYPE, std::string(content_type)});
            if (!message.correlation.empty())
                properties.add({paho::property::CORRELATION_DATA, std::move(message.correlation)});
            if (message.expiry.count() > 0)
                properties.add({paho::property::MESSAGE_EXPIRY_INTERVAL,
                                static_cast<std::int32_t>(message.expiry.count())});
        }
        const auto out =
            paho::make_message(std::move(message.topic), paho::binary_ref(std::move(message.payload)),
                               message.qos, message.retained);
        if (options_.v5) out->set_properties(std::move(properties));
        // Our id travels as the user context, which Paho never dereferences.
        // NOLINTNEXTLINE(performance-no-int-to-ptr)
        client_->publish(out, reinterpret_cast<void*>(static_cast<std::uintptr_t>(message.id)), publishing_);
    }

    void connect_done(const paho::token& token, bool success)
    {
        Greeting greeting;
        greeting.accepted = success;
        if (success) {
            greeting.receive_maximum = announced<std::uint16_t>(token, paho::property::RECEIVE_MAXIMUM, 20,
                                                                greeting.receive_maximum);
            greeting.packet_max = announced<std::uint32_t>(token, paho::property::MAXIMUM_PACKET_SIZE,
                                                           greeting.packet_max, greeting.packet_max);
            greeting.session_present = session_present(token);
        } else {
            greeting.code = code_of(token);
            greeting.why = reason_text(greeting.code == 0 ? -1 : greeting.code);
        }
        tell([greeting = std::move(greeting)](LinkHandlers& handlers) { handlers.greeted(greeting); });
    }

    // A limit that the broker's CONNACK names; without it there is none.
    template <class Number>
    static std::size_t announced(const paho::token& token, paho::property::code limit, std::size_t unreadable,
                                 std::size_t none)
    {
        try {
            const auto response = token.get_connect_response();
            const auto& properties = response.get_properties();
            return properties.contains(limit) ? paho::get<Number>(properties, limit) : none;
        } catch (const std::exception&) {
            return unreadable;
        }
    }

    static bool session_present(const paho::token& token)
    {
        try {
            return token.get_connect_response().is_session_present();
        } catch (const std::exception&) {
            return true; // unreadable: orders may have waited
        }
    }

    void subscribe_done(const paho::token& token, bool success)
    {
        const int code = success ? static_cast<int>(token.get_reason_code()) : 0x80;
        tell([code](LinkHandlers& handlers) { handlers.subscribed(code); });
    }

    void publish_done(const paho::token& token, bool success)
    {
        const auto id =
            static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(token.get_user_context()));
        Answer answer;
        answer.code = static_cast<int>(token.get_reason_code());
        answer.from_broker = success || answer.code >= 0x80;
        if (!answers_->put({id, answer})) return;
        tell([answers = answers_](LinkHandlers& handlers) {
            for (const auto& [answered, what] : answers->take().things)
                handlers.answered(answered, what);
        });
    }

    void disconnect_done(const paho::token&, bool)
    {
        tell([](LinkHandlers& handlers) { handlers.goodbye_done(); });
    }

    void connection_lost(const std::string& cause) override
    {
        lost(0, cause.empty() ? "connection lost" : cause);
    }

    void lost(int code, std::string why)
    {
        tell([code, why = std::move(why)](LinkHandlers& handlers) { handlers.lost(code, why); });
    }

    void message_arrived(paho::const_message_ptr message) override
    {
        Incoming incoming;
        incoming.topic = message->get_topic();
        const auto& payload = message->get_payload_str();
        incoming.too_large = payload.size() > options_.payload_max;
        if (!incoming.too_large) incoming.payload = payload;
        incoming.retained = message->is_retained();
        const auto& properties = message->get_properties();
        incoming.response_topic = property_text(properties, paho::property::RESPONSE_TOPIC, std::string());
        incoming.correlation = property_text(properties, paho::property::CORRELATION_DATA, std::string());
        if (!inbox_->put(std::move(incoming))) return;
        tell([inbox = inbox_](LinkHandlers& handlers) {
            auto taken = inbox->take();
            for (auto& one : taken.things)
                handlers.arrived(std::move(one));
            if (taken.dropped > 0) handlers.overflowed(taken.dropped);
        });
    }

    asio::any_io_executor io_;
    std::weak_ptr<Face> face_;
    LinkOptions options_;
    using Answers = HandOver<std::pair<std::uint64_t, Answer>>; // bounded by the dispatcher's window
    std::shared_ptr<Answers> answers_ = std::make_shared<Answers>(std::numeric_limits<std::size_t>::max());
    std::shared_ptr<HandOver<Incoming>> inbox_ = std::make_shared<HandOver<Incoming>>(options_.inbound_max);
    Listener<&Connection::connect_done> connecting_;
    Listener<&Connection::subscribe_done> subscribing_;
    Listener<&Connection::publish_done> publishing_;
    Listener<&Connection::disconnect_done> leaving_;
    std::unique_ptr<paho::async_client> client_; // last: goes away before the listeners it calls
};

Link::Link(asio::any_io_executor io, asio::thread_pool& worker, LinkOptions options, LinkHandlers handlers)
    : worker_(worker), face_(std::make_shared<Face>(Face{std::move(handlers)})),
      connection_(std::make_shared<Connection>(io, face_, std::move(options))), io_(std::move(io))
{
    asio::post(worker_, [connection = connection_] { connection->open(); });
}

Link::~Link()
{
    asio::post(worker_, [connection = std::move(connection_)] { connection->retire(); });
}

void Link::subscribe(std::string topic)
{
    asio::post(worker_,
               [connection = connection_, topic = std::move(topic)] { connection->subscribe(topic); });
}

void Link::publish(Outgoing message)
{
    batch_.push_back(std::move(message));
    if (std::exchange(flushing_, true)) return;
    // One hand-over for all that is published in this turn of the loop.
    asio::post(io_, [this, face = std::weak_ptr<Face>(face_)] {
        if (face.lock()) flush();
    });
}

void Link::flush()
{
    flushing_ = false;
    asio::post(worker_, [connection = connection_, batch = std::exchange(batch_, {})]() mutable {
        connection->publish(std::move(batch));
    });
}

void Link::say_goodbye()
{
    flush();
    asio::post(worker_, [connection = connection_] { connection->disconnect(); });
}

} // namespace gatehouse::mqtt
