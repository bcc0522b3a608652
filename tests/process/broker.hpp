#pragma once
#include "tests/process/child.hpp"

namespace gatehouse::proof {

// A mosquitto that keeps sessions and messages over an orderly restart.
class Broker {
public:
    explicit Broker(const Scratch& scratch);

    // Throws when it does not listen within 10 s.
    void start();
    void stop();
    void kill();
    // The process stands still, its connections stay: half-open for everybody.
    void freeze() const;
    void thaw() const;

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_;
    std::string config_;
    std::string log_;
    Child child_;
};

} // namespace gatehouse::proof
