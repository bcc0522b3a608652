#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "vision/link/eyes.hpp"

namespace gatehouse::app {

// Compares what a device read with its own picture, beside everything else: "device says 沪A12345, picture
// says 沪A12346". A difference is an event of the device; nothing is changed by it. What comes while the
// worker is busy is passed over and counted. io thread only.
class PlateChecks {
public:
    struct Ports {
        asio::any_io_executor executor;
        vision::Eyes& eyes;
        base::Metrics& metrics;
        std::function<device::EventSink(std::string device)> sink_for;
    };
    explicit PlateChecks(Ports ports);

    // An event of a device as it came, with its pictures.
    void look_at(const model::Event& event);
    asio::awaitable<void> stop();

private:
    asio::awaitable<void> check(model::Event event, model::Picture picture);
    asio::awaitable<void> tell(model::Event about, model::Picture picture, std::string seen);

    Ports ports_;
    base::Counter& checked_;
    base::Counter& passed_over_;
    base::Counter& differing_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::app
