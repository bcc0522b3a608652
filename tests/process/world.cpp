#include "tests/process/world.hpp"

#include <fmt/format.h>

namespace gatehouse::proof {

World::World()
    : broker(scratch), centre(broker.port()), listener(free_port()), gateway(scratch, listener, broker.port())
{
}

void World::plan(std::vector<DevicePlan> plans)
{
    estate = std::make_unique<Estate>(scratch, std::move(plans), listener);
    gateway.configure(estate->plans(), *estate);
}

void World::start()
{
    broker.start();
    ASSERT_TRUE(until([&] { return centre.subscribed(); }, 10s));
    estate->start();
    gateway.launch();
    ASSERT_TRUE(ready(10s)) << read_text(gateway.log_file());
    ASSERT_TRUE(until([&] { return upstream_link(gateway.status()) == "up"; }, 20s));
}

bool World::until(const std::function<bool()>& condition, Milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    Milliseconds pause{2};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        centre.pump(pause);
        pause = std::min(pause * 2, Milliseconds{50});
    }
    return true;
}

bool World::ready(Milliseconds limit)
{
    return until([&] { return gateway.ready() || !gateway.process().running(); }, limit) &&
           gateway.process().running();
}

void World::launch_again()
{
    gateway.launch();
    ASSERT_TRUE(ready(15s)) << read_text(gateway.log_file());
}

Truth World::truth() const
{
    (void)estate->tell("flush");
    return read_truth(estate->oracle_file());
}

std::set<std::string> World::polled() const
{
    std::set<std::string> out;
    for (const auto& device : estate->plans())
        if (!device.push && device.kind == "face") out.insert(device.id);
    return out;
}

void World::settle_and_prove_records(bool sequence_complete, Milliseconds limit)
{
    estate->quiet();
    EXPECT_TRUE(until([&] { return estate->pending() == 0; }, limit)) << estate->tell("stats");
    const auto records = owed(truth(), polled());
    EXPECT_TRUE(until([&] { return missing(centre.deliveries(), records) == 0; }, limit))
        << missing(centre.deliveries(), records) << " records are missing";
    EXPECT_TRUE(until([&] { return backlog(gateway.status()) == 0; }, limit));
    for (const auto& sentence : complaints(centre.deliveries(), {records, sequence_complete}))
        ADD_FAILURE() << sentence;
    fmt::print("records owed {}, deliveries {}\n", records.size(), centre.deliveries().size());
}

void World::settle_and_prove(bool sequence_complete, Milliseconds limit)
{
    settle_and_prove_records(sequence_complete, limit);
    const auto moved = truth();
    for (const auto& sentence : orders.complaints(ReadBook::others(moved)))
        ADD_FAILURE() << sentence;
    for (const auto& sentence : reads.complaints(moved))
        ADD_FAILURE() << sentence;
    fmt::print("orders {}, opened {}, listed cars {}, let in {}\n", orders.orders().size(),
               orders.opened(moved), reads.size(), reads.opened(moved));
}

std::vector<DevicePlan> small_site(double rate)
{
    std::vector<DevicePlan> plans;
    for (int n = 1; n <= 3; ++n) {
        plans.push_back({fmt::format("lpr-{}", n), "plate", true, rate,
                         "picture_bytes = 20000\nbarrier_travel = \"100ms\"", ""});
        plans.push_back({fmt::format("face-{}", n), "face", n == 3, rate, "", ""});
    }
    return plans;
}

} // namespace gatehouse::proof
