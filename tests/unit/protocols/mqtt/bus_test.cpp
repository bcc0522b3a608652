#include "protocols/mqtt/bus.hpp"
#include "tests/unit/protocols/mqtt/small_broker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <charconv>

namespace gatehouse::mqtt_test {
namespace {

using namespace std::chrono_literals;

// The bus that terminals are spoken with, against a broker that speaks MQTT 3.1.1 only.
class MqttBus : public testing::Test {
protected:
    base::BusAddress address() const
    {
        base::BusAddress found;
        found.host = "127.0.0.1";
        const auto url = broker.url();
        const auto port = url.substr(url.rfind(':') + 1);
        std::from_chars(port.data(), port.data() + port.size(), found.port);
        found.client_id = "gatehouse-test";
        return found;
    }

    // Runs `work` to its end, at most ten seconds.
    template <class T>
    std::optional<T> done(asio::awaitable<T> work)
    {
        std::optional<T> result;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr failure, T value) {
            if (!failure) result.emplace(std::move(value));
        });
        io.restart();
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (!result && std::chrono::steady_clock::now() < until)
            io.run_one_for(50ms);
        return result;
    }

    std::unique_ptr<base::MessageBus> connected()
    {
        auto opened = done(open(address()));
        if (!opened || !*opened) return nullptr;
        return std::move(**opened);
    }

    asio::io_context io;
    base::OpenMessageBus open = mqtt::bus_opener(io.get_executor());
    SmallBroker broker{SmallBroker::v311};
};

TEST_F(MqttBus, HearsWhatIsSaidAlsoWhenItHoldsAPicture)
{
    const auto bus = connected();
    ASSERT_TRUE(bus);
    const auto subscribed = done(bus->subscribe("mqtt/face/1/Rec"));
    ASSERT_TRUE(subscribed && *subscribed);
    const std::string payload(1'500'000, 'x');
    broker.publish("mqtt/face/1/Rec", payload);
    const auto message = done(bus->receive());
    ASSERT_TRUE(message && *message);
    EXPECT_EQ((*message)->topic, "mqtt/face/1/Rec");
    EXPECT_EQ((*message)->payload, payload);
    EXPECT_FALSE((*message)->retained);
}

TEST_F(MqttBus, SaysWhatItIsGivenAndTellsWhenTheConnectionIsLost)
{
    const auto bus = connected();
    ASSERT_TRUE(bus);
    const auto said = done(bus->publish("mqtt/face/1", "{}"));
    ASSERT_TRUE(said);
    EXPECT_TRUE(*said);
    broker.disconnect(0); // nothing of 3.1.1, and then the connection is closed
    const auto message = done(bus->receive());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->error(), base::Errc::closed);
    const auto late = done(bus->publish("mqtt/face/1", "{}"));
    ASSERT_TRUE(late);
    EXPECT_FALSE(*late);
}

TEST_F(MqttBus, SaysUnreachableWhereNobodyListens)
{
    auto nowhere = address();
    nowhere.port = 1;
    const auto opened = done(open(nowhere));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->error(), base::Errc::unreachable);
}

} // namespace
} // namespace gatehouse::mqtt_test
