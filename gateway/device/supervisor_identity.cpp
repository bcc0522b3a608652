#include "gateway/base/log.hpp"
#include "gateway/device/supervisor.hpp"

namespace gatehouse::device {
namespace {

using base::Errc;
using base::kv;
namespace log = base::log;

constexpr const char* serial_key = "serial";
constexpr const char* identity = "identity"; // DeviceHealth::what

// No device has this id: of the configuration's letters it lacks the colon. A driver's own memory is not
// ours.
std::string memory_of(const std::string& device)
{
    return "identity:" + device;
}

std::string stranger_text(const std::string& device, const std::string& known, const std::string& serial)
{
    return "serial number " + serial + " answers where " + known +
           " was; if the device was replaced: gatehouse device replace " + device;
}

} // namespace

asio::awaitable<void> Supervisor::compare_identities()
{
    const auto units = units_; // a reload may change the list meanwhile
    for (const auto& [id, unit] : units)
        if (unit->driver && !unit->retired) co_await compare_identity(unit, unit->serial);
}

asio::awaitable<void> Supervisor::compare_identity(UnitPtr unit, std::string serial)
{
    if (serial.empty() || serial == unit->compared_serial) co_return;
    const auto& id = unit->config.id;
    const auto memory = co_await ports_.store.memory(memory_of(id));
    if (!memory) co_return; // the next round asks again
    const auto known = memory->find(serial_key);
    if (known == memory->end()) {
        store::Change change;
        change.memory.push_back({memory_of(id), serial_key, serial});
        const auto kept = co_await ports_.store.commit(std::move(change));
        if (kept) unit->compared_serial = serial;
        co_return;
    }
    unit->compared_serial = serial;
    const bool stranger = known->second != serial;
    if (stranger == unit->stranger) co_return;
    unit->stranger = stranger;
    auto detail = stranger ? stranger_text(id, known->second, serial) : std::string();
    if (stranger) log::warn("another device answers", kv("device", id), kv("why", detail));
    co_await report_health(id, identity, !stranger, std::move(detail));
}

asio::awaitable<base::Result<std::string>> Supervisor::replace(std::string device, std::string actor)
{
    const auto unit = find(device);
    if (!unit) co_return Errc::not_found;
    const auto serial = unit->driver ? unit->driver->status().serial : std::string();
    if (serial.empty()) co_return Errc::unavailable;
    const auto memory = co_await ports_.store.memory(memory_of(device));
    if (!memory) co_return memory.error();
    const auto known = memory->find(serial_key);
    if (known != memory->end() && known->second == serial) co_return Errc::conflict;
    store::Change change;
    change.memory.push_back({memory_of(device), serial_key, serial});
    store::AuditRecord record;
    record.at = ports_.clock.wall();
    record.actor = std::move(actor);
    record.action = "device-replace";
    record.target = device;
    record.detail = (known == memory->end() ? std::string("unknown") : known->second) + " -> " + serial;
    record.result = "ok";
    change.audit.push_back(std::move(record));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    unit->compared_serial = serial;
    if (unit->stranger) co_await report_health(device, identity, true, "replaced by serial number " + serial);
    unit->stranger = false;
    co_return serial;
}

} // namespace gatehouse::device
