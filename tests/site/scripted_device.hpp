#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace gatehouse::site {

// A device of protocol "scripted": holds each record until the gateway has said that it is kept, and asks for
// nothing in between, so that months cost nothing.
class ScriptedDevice {
public:
    explicit ScriptedDevice(asio::any_io_executor executor) : happened(std::move(executor)) {}

    // A detection with its own record number.
    void happen(const std::string& key) { push(key, model::Detection{"motion", "human", 1, 0, true}); }
    void push(const std::string& key, model::Body body);

    std::deque<model::Event> waiting;  // not acknowledged yet
    std::vector<std::string> accepted; // keys, in the order of acknowledgement
    base::Wakeup happened;
    // Carries out an order; empty: every order is done at once, and nothing moves.
    std::function<asio::awaitable<model::Outcome>(model::Command)> on_order;

    static device::MakeDriver maker(ScriptedDevice& device);
};

} // namespace gatehouse::site
