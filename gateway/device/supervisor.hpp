#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "gateway/device/unit.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::device {

// Runs one driver for each configured device and carries orders and pushed requests to it. A driver that
// throws is restarted within a budget; when that is spent the device is shown as failed and tried again every
// `retry_failed`, for ever. One device cannot harm the others. Made and stopped by the app. io thread only.
class Supervisor {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Connector& connector;
        base::Metrics& metrics;
        store::Store& store;
        // The intake of one device, by device id.
        std::function<EventSink(std::string device)> sink_for;
        // May be empty, and may give an empty notice.
        std::function<EarlyNotice(std::string device)> early_for;
        CommandTaken taken{};                 // may be empty
        std::function<bool()> clock_synced{}; // may be empty: our clock is taken to be kept
        base::OpenDatagramPort datagrams{};   // may be empty: no device then speaks UDP
        base::OpenMessageBus buses{};         // may be empty: no device then speaks through a broker
        vision::Eyes* eyes = nullptr;         // may be null: nobody then looks at pictures
        // The registry: nullptr for an unknown protocol; exceptions count as a failed start.
        std::function<std::unique_ptr<Driver>(const config::DeviceConfig&, config::Table, DriverContext)>
            make;
        // A device's link or its reason changed; told within a second, and once after the start. May be
        // empty.
        std::function<void(const std::string& device, const DeviceStatus& status)> on_change;
    };
    struct Options {
        std::chrono::minutes utc_offset{480};
        std::string listener_host;
        std::uint16_t listener_port = 0;
        // Refuse pushes whose peer is not the configured address. Only for addresses written as numbers, and
        // not for sites where devices reach us through address translation.
        bool match_push_source = false;
        int restarts_max = 5; // within restarts_window; one more is a failure
        std::chrono::milliseconds restarts_window = std::chrono::minutes(10);
        std::chrono::milliseconds retry_failed = std::chrono::minutes(10);
        // A driver that has run this long after a failure is well again.
        std::chrono::milliseconds well_after = std::chrono::minutes(1);
        std::chrono::milliseconds stop_limit = std::chrono::seconds(5);
    };

    Supervisor(Ports ports, Options options);

    // Makes the running devices those of the configuration: what is new starts, what is gone or disabled
    // stops, what differs by fingerprint restarts, the rest is not touched. Used for the start too. The
    // issues that the tables report to must outlive the call's drivers being made (config::Table).
    asio::awaitable<void> apply(std::vector<config::DeviceConfig> devices,
                                std::map<std::string, config::Table> tables);
    // Cancels all drivers and waits for their end, at most stop_limit. No other call may follow.
    asio::awaitable<void> stop();

    // Rejected with device_unknown, failed with device_failed while the driver is not running. A driver that
    // throws in the middle of a command leaves unknown what moved, else failed. The caller bounds the time by
    // cancelling.
    asio::awaitable<model::Outcome> execute(model::Command command);
    // 404 unknown device, 403 wrong source address, 503 driver not running, 500 driver threw; else the
    // driver's reply.
    asio::awaitable<PushReply> push(std::string device, PushRequest request);
    // The one running device that claims a request on a vendor's fixed path; empty when none does, or more
    // than one: then nobody can tell whose it is. While a driver is restarted, what no other claims may be
    // its device's: that one is named, so that push() asks it to come back. 404 would make some forget.
    [[nodiscard]] std::string claimant(const PushRequest& request) const;
    // Errors: not_found, unavailable (driver not running), failed (driver threw); for capture also the
    // driver's own.
    asio::awaitable<base::Result<std::vector<TestStep>>> self_test(std::string device);
    asio::awaitable<base::Result<std::string>> capture(std::string device, std::chrono::seconds span);
    // Somebody says that the device that answers now stands where another one was: it keeps the id and with
    // it the history. The serial number that answered. Errors: not_found, unavailable (it has not told its
    // serial number yet), conflict (it is the one we know), and those of the store.
    asio::awaitable<base::Result<std::string>> replace(std::string device, std::string actor);
    // The lists that a running device keeps itself; null when it keeps none or does not run. Holding it keeps
    // the driver, and the memory that it writes to, from going away.
    [[nodiscard]] std::shared_ptr<ListPort> lists(const std::string& device) const;
    // Stops the device's driver for so long, as if its cable were pulled: what it posts meanwhile is refused
    // with 503, so that it keeps it. The driver starts again by itself. Errors: not_found.
    [[nodiscard]] base::Result<void> cut(const std::string& device, std::chrono::milliseconds span);
    // Megabytes are parsed: runs on `worker`.
    asio::awaitable<base::Result<std::vector<std::string>>> replay(std::string device, std::string bytes,
                                                                   asio::any_io_executor worker);

    // Tells of a device what it does not tell itself, as an event of its; `what` as in DeviceHealth.
    asio::awaitable<void> report_health(std::string device, std::string what, bool ok, std::string detail);

    // Errors: not_found.
    [[nodiscard]] base::Result<DeviceStatus> status(const std::string& device) const;
    // In the order of ids.
    [[nodiscard]] std::vector<std::pair<std::string, DeviceStatus>> all() const;

private:
    using UnitPtr = std::shared_ptr<Unit>;

    void launch(config::DeviceConfig device, config::Table table, base::MonoTime not_before = {});
    // Asks the unit to end and takes it off the list; it is kept until it has.
    void retire(std::map<std::string, UnitPtr>::iterator unit);
    asio::awaitable<void> join_retired();
    asio::awaitable<void> supervise(UnitPtr unit);
    asio::awaitable<void> load_memory(UnitPtr unit);
    // Why the driver ended.
    asio::awaitable<std::string> run_driver(UnitPtr unit);
    [[nodiscard]] std::unique_ptr<Driver> make_driver(Unit& unit);
    // Whether the restart budget is spent.
    [[nodiscard]] bool note_restart(Unit& unit);
    asio::awaitable<void> report_driver(std::string device, bool ok, std::string detail);
    // Identity is the serial number, whatever address it answers at: another one under the same id is told.
    asio::awaitable<void> compare_identities();
    asio::awaitable<void> compare_identity(UnitPtr unit, std::string serial);
    asio::awaitable<void> audit(std::string device, DeviceWrite write);
    asio::awaitable<void> watch();
    void tell_changes();
    [[nodiscard]] UnitPtr find(const std::string& device) const;
    [[nodiscard]] static DeviceStatus status_of(const Unit& unit);
    [[nodiscard]] bool wrong_source(const Unit& unit, const PushRequest& request) const;
    void count_fault(const std::string& device);

    Ports ports_;
    Options options_;
    std::map<std::string, UnitPtr> units_;
    std::vector<UnitPtr> retired_; // cancelled, not ended yet
    base::TaskGroup tasks_;
    bool watching_ = false;
    base::Counter& push_unknown_;
    base::Counter& push_refused_;
    base::Counter& push_contested_;
};

} // namespace gatehouse::device
