#include "gateway/device/supervisor.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/log.hpp"
#include "gateway/device/fault.hpp"
#include "gateway/device/store_memory.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::device {

using namespace std::chrono_literals;
using base::Errc;
using base::kv;
namespace log = base::log;

Supervisor::Supervisor(Ports ports, Options options)
    : ports_(std::move(ports)), options_(std::move(options)), tasks_(ports_.executor),
      push_unknown_(ports_.metrics.counter("gatehouse_push_unknown_total",
                                           "Pushed requests for a device that is not configured")),
      push_refused_(ports_.metrics.counter("gatehouse_push_refused_total",
                                           "Pushed requests from another address than the device's")),
      push_contested_(ports_.metrics.counter("gatehouse_push_contested_total",
                                             "Pushed requests that more than one device claims"))
{
}

// ---- who runs ----

asio::awaitable<void> Supervisor::apply(std::vector<config::DeviceConfig> devices,
                                        std::map<std::string, config::Table> tables)
{
    std::map<std::string, config::DeviceConfig> wanted;
    for (auto& device : devices)
        if (device.enabled) wanted.emplace(device.id, std::move(device));
    for (auto unit = units_.begin(); unit != units_.end();) {
        const auto current = unit++;
        const auto next = wanted.find(current->first);
        if (next != wanted.end() && next->second.fingerprint == current->second->config.fingerprint)
            wanted.erase(next);
        else
            retire(current);
    }
    // A device has one session at a time (pains 6): the old driver ends before the new one starts.
    co_await join_retired();
    for (auto& [id, device] : wanted) {
        const auto table = tables.find(id);
        if (table != tables.end()) launch(std::move(device), table->second);
    }
    if (watching_) co_return;
    watching_ = true;
    tasks_.spawn("device watch", watch());
}

void Supervisor::launch(config::DeviceConfig device, config::Table table, base::MonoTime not_before)
{
    const auto id = device.id;
    auto unit = std::make_shared<Unit>(ports_.executor, std::move(device), std::move(table));
    unit->not_before = not_before;
    units_[id] = unit;
    log::info("device starts", kv("device", id), kv("protocol", unit->config.protocol));
    unit->tasks.spawn("device " + id, supervise(unit));
}

void Supervisor::retire(std::map<std::string, UnitPtr>::iterator unit)
{
    log::info("device stops", kv("device", unit->first));
    const auto kept = unit->second;
    retired_.push_back(kept);
    units_.erase(unit);
    kept->retired = true;
    kept->tasks.cancel();
}

// The old driver has until the end of the cut to end, so the device still has one session at a time.
base::Result<void> Supervisor::cut(const std::string& device, std::chrono::milliseconds span)
{
    const auto found = units_.find(device);
    if (found == units_.end()) return Errc::not_found;
    const auto unit = found->second;
    retire(found);
    launch(unit->config, unit->table, ports_.clock.now() + std::max(span, options_.stop_limit));
    return {};
}

asio::awaitable<void> Supervisor::join_retired()
{
    const auto deadline = ports_.clock.now() + options_.stop_limit;
    for (;;) {
        std::erase_if(retired_, [](const UnitPtr& unit) { return unit->tasks.size() == 0; });
        if (retired_.empty()) co_return;
        if (ports_.clock.now() >= deadline) break;
        co_await ports_.clock.sleep_for(20ms);
    }
    for (const auto& unit : retired_)
        log::error("driver does not stop", kv("device", unit->config.id));
}

asio::awaitable<void> Supervisor::stop()
{
    tasks_.cancel();
    while (!units_.empty())
        retire(units_.begin());
    co_await join_retired();
    co_await tasks_.join();
}

asio::awaitable<void> Supervisor::supervise(UnitPtr unit)
{
    const auto id = unit->config.id;
    base::Backoff backoff(1s, 60s);
    if (unit->not_before > ports_.clock.now()) {
        unit->fault = "its link is cut for a test";
        co_await ports_.clock.sleep_until(unit->not_before);
    }
    co_await load_memory(unit);
    for (;;) {
        const auto fault = co_await run_driver(unit);
        unit->driver.reset();
        unit->fault = fault;
        count_fault(id);
        if (ports_.clock.now() - unit->running_since >= options_.well_after) backoff.reset();
        if (!note_restart(*unit)) {
            log::warn("driver restarts", kv("device", id), kv("why", fault));
            co_await ports_.clock.sleep_for(backoff.next(ports_.random));
            continue;
        }
        log::error("driver failed too often", kv("device", id), kv("why", fault));
        if (!unit->failed) co_await report_driver(id, false, fault);
        unit->failed = true;
        co_await ports_.clock.sleep_for(options_.retry_failed);
        backoff.reset();
    }
}

asio::awaitable<void> Supervisor::load_memory(UnitPtr unit)
{
    // Without its memory a driver would read old records again as new ones: wait for it.
    base::Backoff backoff(1s, 30s);
    for (;;) {
        auto memory = co_await StoreMemory::load(ports_.store, unit->config.id);
        if (memory) {
            unit->memory = std::move(*memory);
            co_return;
        }
        unit->fault = "the device's memory cannot be read: " + memory.error().message();
        co_await ports_.clock.sleep_for(backoff.next(ports_.random));
    }
}

asio::awaitable<std::string> Supervisor::run_driver(UnitPtr unit)
{
    std::string why = "the driver ended by itself";
    try {
        unit->driver = make_driver(*unit);
        if (!unit->driver) co_return "no driver for protocol " + unit->config.protocol;
        unit->running_since = ports_.clock.now();
        unit->fault.clear();
        co_await unit->driver->run();
    } catch (...) {
        why = fault_text(std::current_exception());
    }
    if (unit->retired) throw boost::system::system_error(asio::error::operation_aborted);
    co_return why;
}

std::unique_ptr<Driver> Supervisor::make_driver(Unit& unit)
{
    const auto& id = unit.config.id;
    DriverContext context{.executor = ports_.executor,
                          .clock = ports_.clock,
                          .random = ports_.random,
                          .connector = ports_.connector,
                          .metrics = ports_.metrics,
                          .memory = *unit.memory,
                          .sink = ports_.sink_for(id),
                          .early = ports_.early_for ? ports_.early_for(id) : EarlyNotice{},
                          .taken = ports_.taken,
                          .utc_offset = options_.utc_offset,
                          .listener_host = options_.listener_host,
                          .listener_port = options_.listener_port,
                          .clock_synced = ports_.clock_synced,
                          .written = [this, id](DeviceWrite write) { return audit(id, std::move(write)); },
                          .datagrams = ports_.datagrams,
                          .buses = ports_.buses,
                          .eyes = ports_.eyes};
    return ports_.make(unit.config, unit.table, std::move(context));
}

bool Supervisor::note_restart(Unit& unit)
{
    const auto now = ports_.clock.now();
    unit.restarts.push_back(now);
    while (now - unit.restarts.front() > options_.restarts_window)
        unit.restarts.pop_front();
    if (std::cmp_less_equal(unit.restarts.size(), options_.restarts_max)) return false;
    unit.restarts.pop_front(); // bounded; and the next attempt is the last of its window again
    return true;
}

asio::awaitable<void> Supervisor::report_driver(std::string device, bool ok, std::string detail)
{
    ports_.metrics
        .gauge("gatehouse_device_failed", "1 while a driver is not restarted at once", {{"device", device}})
        .set(ok ? 0 : 1);
    co_await report_health(std::move(device), "driver", ok, std::move(detail));
}

asio::awaitable<void> Supervisor::report_health(std::string device, std::string what, bool ok,
                                                std::string detail)
{
    model::DeviceHealth health;
    health.what = std::move(what);
    health.ok = ok;
    health.detail = std::move(detail);
    model::Event event;
    event.device = device;
    event.body = std::move(health);
    const auto sink = ports_.sink_for(device);
    const auto taken = co_await sink(std::move(event));
    if (!taken) log::warn("device health not recorded", kv("device", device), kv("why", taken.error()));
}

asio::awaitable<void> Supervisor::audit(std::string device, DeviceWrite write)
{
    store::AuditRecord record;
    record.at = ports_.clock.wall();
    record.actor = "gateway";
    record.action = "device-write";
    record.target = device + " " + write.what;
    record.detail = std::move(write.detail);
    record.result = std::move(write.result);
    store::Change change;
    change.audit.push_back(std::move(record));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) log::error("write to a device not audited", kv("device", device), kv("why", kept.error()));
}

void Supervisor::count_fault(const std::string& device)
{
    ports_.metrics
        .counter("gatehouse_device_restarts_total", "Drivers that ended by a fault", {{"device", device}})
        .add();
}

// ---- what is shown ----

asio::awaitable<void> Supervisor::watch()
{
    for (;;) {
        tell_changes();
        std::erase_if(retired_, [](const UnitPtr& unit) { return unit->tasks.size() == 0; });
        std::vector<std::string> well;
        for (const auto& [id, unit] : units_) {
            if (!unit->failed || !unit->driver) continue;
            if (ports_.clock.now() - unit->running_since < options_.well_after) continue;
            unit->failed = false;
            unit->restarts.clear();
            well.push_back(id);
        }
        co_await compare_identities();
        for (const auto& id : well)
            co_await report_driver(id, true, "");
        co_await ports_.clock.sleep_for(1s);
    }
}

void Supervisor::tell_changes()
{
    // A copy: the one who is told may ask for a reload.
    const auto units = units_;
    for (const auto& [id, unit] : units) {
        const auto status = status_of(*unit);
        unit->serial = status.serial;
        if (unit->shown && unit->shown_link == status.link && unit->shown_why == status.why) continue;
        unit->shown = true;
        unit->shown_link = status.link;
        unit->shown_why = status.why;
        ports_.metrics.gauge("gatehouse_device_link", "0 unknown, 1 up, 2 silent, 3 down", {{"device", id}})
            .set(static_cast<double>(status.link));
        if (ports_.on_change) ports_.on_change(id, status);
    }
}

DeviceStatus Supervisor::status_of(const Unit& unit)
{
    if (unit.driver) return unit.driver->status();
    DeviceStatus status;
    status.link = unit.fault.empty() ? model::LinkState::unknown : model::LinkState::down;
    status.why = unit.fault.empty() ? "the driver is starting" : "the driver is not running: " + unit.fault;
    return status;
}

Supervisor::UnitPtr Supervisor::find(const std::string& device) const
{
    const auto found = units_.find(device);
    return found == units_.end() ? nullptr : found->second;
}

base::Result<DeviceStatus> Supervisor::status(const std::string& device) const
{
    const auto unit = find(device);
    if (!unit) return Errc::not_found;
    return status_of(*unit);
}

std::vector<std::pair<std::string, DeviceStatus>> Supervisor::all() const
{
    std::vector<std::pair<std::string, DeviceStatus>> devices;
    devices.reserve(units_.size());
    for (const auto& [id, unit] : units_)
        devices.emplace_back(id, status_of(*unit));
    return devices;
}

} // namespace gatehouse::device
