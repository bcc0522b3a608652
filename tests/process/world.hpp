#pragma once
#include "tests/process/broker.hpp"
#include "tests/process/centre.hpp"
#include "tests/process/estate.hpp"
#include "tests/process/gateway.hpp"
#include "tests/process/orders.hpp"
#include "tests/process/proof.hpp"
#include "tests/process/reads.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace gatehouse::proof {

// Broker, centre, estate and gateway of one scenario, and the waiting that keeps the centre listening.
class World : public ::testing::Test {
protected:
    World();

    // Makes estate and gateway for these devices; starts nothing.
    void plan(std::vector<DevicePlan> plans);
    // Starts all four and waits until the gateway is ready and its upstream is up.
    void start();
    // Until the condition holds; false when it did not within `limit`.
    bool until(const std::function<bool()>& condition, Milliseconds limit);
    // The gateway answers /readyz with 200.
    bool ready(Milliseconds limit);
    void launch_again();

    // Stops the traffic and waits until the listener has taken all, the queue is empty and the centre holds
    // everything it is owed; then demands all laws of proof.hpp, of the orders and of the reads.
    void settle_and_prove(bool sequence_complete = true, Milliseconds limit = 90s);
    // The same without the orders and the reads.
    void settle_and_prove_records(bool sequence_complete = true, Milliseconds limit = 90s);
    // Devices whose whole log we owe: those the gateway asks, as their record numbers can be had by asking.
    [[nodiscard]] std::set<std::string> polled() const;
    [[nodiscard]] Truth truth() const;

    Scratch scratch;
    Broker broker;
    Centre centre;
    std::uint16_t listener;
    Gateway gateway;
    std::unique_ptr<Estate> estate;
    OrderBook orders;
    ReadBook reads;
};

// Six devices as a small site has them: plate cameras that post with pictures, face terminals that are asked.
[[nodiscard]] std::vector<DevicePlan> small_site(double rate);

} // namespace gatehouse::proof
