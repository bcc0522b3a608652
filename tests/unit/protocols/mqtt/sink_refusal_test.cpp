#include "gateway/upstream/dispatcher.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/unit/protocols/mqtt/sink_fixture.hpp"
#include "tests/unit/protocols/mqtt/small_broker.hpp"

#include <algorithm>

namespace gatehouse::mqtt_test {
namespace {

using upstream::Delivery;
using upstream::Verdict;

std::optional<Verdict> deliver(TimedSinkRunner& runner, model::EntryPtr entry)
{
    std::optional<Verdict> verdict;
    runner->sink->deliver(std::move(entry), false, [&](Verdict got) { verdict = std::move(got); });
    runner->until([&] { return verdict.has_value(); });
    return verdict;
}

model::EntryPtr entry_of_size(std::size_t bytes)
{
    auto entry = std::make_shared<model::Entry>(*vehicle_entry(1));
    entry->data = "\"" + std::string(bytes, 'x') + "\"";
    return entry;
}

class MqttRefusals : public testing::Test {
protected:
    // A reason for every event; presence is welcome.
    void refuse_events(int code)
    {
        broker.judge([code](const SmallBroker::Taken& message) {
            return message.topic.find("/evt/") == std::string::npos ? 0 : code;
        });
    }

    SmallBroker broker{SmallBroker::v5};
};

TEST_F(MqttRefusals, PutOffWhatIsNotAuthorisedForAMinuteAndWhatExceedsAQuotaForAWhile)
{
    TimedSinkRunner runner(broker.url());
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    refuse_events(0x87);
    const auto forbidden = deliver(runner, vehicle_entry(1));
    ASSERT_TRUE(forbidden);
    EXPECT_EQ(forbidden->delivery, Delivery::later);
    EXPECT_EQ(forbidden->pause, 60s);
    EXPECT_EQ(forbidden->reason, "not authorised");
    refuse_events(0x97);
    const auto exceeded = deliver(runner, vehicle_entry(2));
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->delivery, Delivery::later);
    EXPECT_EQ(exceeded->pause, 0ms);
    EXPECT_EQ(exceeded->reason, "quota exceeded");
    EXPECT_TRUE(runner->sink->ready()) << "the link is kept";
}

TEST_F(MqttRefusals, OfTheBirthMessageKeepTheLinkFromBeingCalledUp)
{
    broker.judge([](const SmallBroker::Taken&) { return 0x87; });
    TimedSinkRunner runner(broker.url());
    runner->start();
    ASSERT_TRUE(runner->until([&] { return !runner->links.empty(); }));
    EXPECT_EQ(runner->links[0],
              std::pair(false, std::string("the broker refuses the birth message: not authorised")));
    runner.pass(59s);
    EXPECT_EQ(runner.session(), "1");
    broker.judge({});
    runner.pass(2s);
    EXPECT_TRUE(runner->until_ready());
}

TEST_F(MqttRefusals, OfThreeTakeoversInFiveMinutesEndInAPauseThatNamesTheClientId)
{
    TimedSinkRunner runner(broker.url());
    runner->start();
    for (int takeover = 1; takeover <= 3; ++takeover) {
        ASSERT_TRUE(runner->until_ready()) << takeover;
        ASSERT_TRUE(deliver(runner, vehicle_entry(takeover))); // all that was sent before is acknowledged too
        runner.pass(50s);                                      // longer than a row of cut links counts
        broker.disconnect(0x8E);
        ASSERT_TRUE(runner->until([&] { return !runner->sink->ready(); })) << takeover;
        if (takeover < 3) runner.pass(30s);
    }
    EXPECT_EQ(runner->links.back(),
              std::pair(false, std::string("another client uses the same client id, gh-zjd-001-gw1")));
    runner.pass(9min);
    EXPECT_EQ(runner.session(), "3");
    runner.pass(1min);
    EXPECT_TRUE(runner->until_ready());
}

TEST_F(MqttRefusals, AreForeseenForWhatIsLargerThanPolicyOrBrokerAllow)
{
    broker.announce(std::string("\x27\x00\x00\x10\x00", 5)); // Maximum Packet Size 4096
    TimedSinkRunner runner(broker.url());
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    const auto large = deliver(runner, entry_of_size(4096));
    ASSERT_TRUE(large);
    EXPECT_EQ(large->delivery, Delivery::rejected);
    EXPECT_EQ(large->reason, "larger than the 4096 bytes that the broker takes");
    const auto huge = deliver(runner, entry_of_size(8192));
    ASSERT_TRUE(huge);
    EXPECT_EQ(huge->reason, "the document is larger than 8 KiB");
    EXPECT_EQ(deliver(runner, entry_of_size(2048))->delivery, Delivery::accepted);
    EXPECT_EQ(broker.taken("/evt/").size(), 1U) << "the others were never sent";
}

TEST_F(MqttRefusals, OfADeviceStateAreMadeGoodWithinMinutes)
{
    broker.judge([](const SmallBroker::Taken& message) {
        return message.topic.find("/dev/") == std::string::npos ? 0 : 0x97;
    });
    TimedSinkRunner runner(broker.url());
    auto& dropped = runner->metrics.counter("gatehouse_upstream_states_dropped_total", "", {});
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    ASSERT_TRUE(runner->until([&] { return dropped.value() > 0; }));
    broker.judge({});
    runner.pass(5min);
    runner.pass(5s);
    EXPECT_TRUE(runner->until([&] { return broker.taken("/dev/gate-1/state").size() == 1; }));
}

TEST_F(MqttRefusals, OfAnOrderThatIsTooLargeAreToldWithoutCopyingIt)
{
    TimedSinkRunner runner(broker.url());
    runner->start();
    ASSERT_TRUE(runner->until_ready());
    const auto connect = broker.connect_properties();
    EXPECT_NE(connect.find(std::string("\x21\x00\x20", 3)), std::string::npos) << "Receive Maximum 32";
    EXPECT_NE(connect.find(std::string("\x27\x00\x01\x10\x00", 5)), std::string::npos) << "68 KiB";
    broker.publish("gh/v1/zjd-001/gw1/cmd/ping", std::string(65 * 1024, ' '));
    ASSERT_TRUE(runner->until([&] { return !runner->refused.empty(); }));
    EXPECT_EQ(runner->refused[0].second.code, "too_large");
}

// Journal, dispatcher and sink, with a broker that goes away in the middle.
TEST_F(MqttRefusals, AndALostBrokerCostNoneOfTenThousandQueuedEventsAndKeepTheirOrder)
{
    constexpr int events = 10'000;
    SinkRunner runner(broker.url());
    fakes::FakeStore store(runner.io.get_executor());
    model::UlidSource ids(runner.clock, runner.random);
    for (int i = 0; i < events; ++i) {
        store::Change change;
        model::Event event;
        event.id = ids.next();
        event.device = "lpr-in-1";
        event.occurred_at = event.received_at = runner.clock.wall();
        event.body = model::VehiclePassage{};
        change.events.push_back(std::move(event));
        runner.tasks.spawn("append", [](fakes::FakeStore& into, store::Change what) -> asio::awaitable<void> {
            (void)co_await into.commit(std::move(what)); // the fake takes everything
        }(store, std::move(change)));
    }
    ASSERT_TRUE(runner.until([&] { return store.last_seq() == events; }));
    upstream::Dispatcher dispatcher("centre", {runner.io.get_executor(), runner.clock, runner.random,
                                               runner.metrics, store, ids, *runner.sink});
    base::TaskGroup delivering(runner.io.get_executor());
    runner.start();
    delivering.spawn("dispatcher", dispatcher.run());
    const auto arrived = [&] { return static_cast<int>(broker.taken("/evt/").size()); };
    for (const int when : {500, 4000}) {
        ASSERT_TRUE(runner.until([&] { return arrived() > when; }, 60s));
        broker.disconnect(0x8B);
        ASSERT_TRUE(runner.until([&] { return !runner.sink->ready(); }));
    }
    ASSERT_TRUE(runner.until([&] { return dispatcher.stats().delivered >= events; }, 60s));
    delivering.cancel();
    ASSERT_TRUE(runner.until([&] { return delivering.size() == 0; }));

    std::vector<std::string> sequences; // first arrivals: readers drop repeats by id
    std::set<std::string> seen;
    for (const auto& message : broker.taken("/evt/")) {
        const auto at = message.payload.find("\"sequence\":\"") + 12;
        const auto sequence = message.payload.substr(at, 20);
        if (seen.insert(sequence).second) sequences.push_back(sequence);
    }
    EXPECT_EQ(sequences.size(), static_cast<std::size_t>(events));
    EXPECT_TRUE(std::is_sorted(sequences.begin(), sequences.end()));
}

} // namespace
} // namespace gatehouse::mqtt_test
