// The calls that the supervisor carries to a driver. Each holds the unit and the driver while it runs, so
// that a restart or a reload in between cannot take them away.
#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"
#include "gateway/device/fault.hpp"
#include "gateway/device/supervisor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>

namespace gatehouse::device {

using base::Errc;
using base::kv;
namespace log = base::log;

namespace {

asio::awaitable<std::vector<std::string>> replay_on_worker(Driver& driver, std::string bytes)
{
    co_return driver.replay(bytes);
}

// Cancellation goes on to the caller; anything else is the driver's fault and is described.
std::string fault_or_cancel(const std::exception_ptr& fault)
{
    if (base::is_cancellation(fault)) std::rethrow_exception(fault);
    return fault_text(fault);
}

model::Outcome not_done(model::Status status, std::string code, std::string text, base::WallTime at)
{
    model::Outcome outcome;
    outcome.status = status;
    outcome.code = std::move(code);
    outcome.text = std::move(text);
    outcome.at = at;
    return outcome;
}

PushReply refuse(unsigned status)
{
    PushReply reply;
    reply.status = status;
    return reply;
}

} // namespace

asio::awaitable<model::Outcome> Supervisor::execute(model::Command command)
{
    const auto unit = find(command.device);
    if (!unit)
        co_return not_done(model::Status::rejected, "device_unknown", "no such device is configured",
                           ports_.clock.wall());
    const auto driver = unit->driver;
    if (!driver)
        co_return not_done(model::Status::failed, "device_failed", status_of(*unit).why, ports_.clock.wall());
    const auto faulty = model::moves_metal(command.action) ? model::Status::unknown : model::Status::failed;
    std::string fault;
    try {
        co_return co_await driver->execute(std::move(command));
    } catch (...) {
        fault = fault_or_cancel(std::current_exception());
    }
    count_fault(unit->config.id);
    log::error("driver fault in a command", kv("device", unit->config.id), kv("why", fault));
    // Whether the gate moved cannot be told: never sent again (pains 40).
    co_return not_done(faulty, "device_failed", "the driver failed: " + fault, ports_.clock.wall());
}

asio::awaitable<PushReply> Supervisor::push(std::string device, PushRequest request)
{
    const auto unit = find(device);
    if (!unit) {
        push_unknown_.add();
        co_return refuse(404);
    }
    if (wrong_source(*unit, request)) {
        push_refused_.add();
        co_return refuse(403);
    }
    const auto driver = unit->driver;
    if (!driver) co_return refuse(503);
    std::string fault;
    try {
        co_return co_await driver->on_push(std::move(request));
    } catch (...) {
        fault = fault_or_cancel(std::current_exception());
    }
    count_fault(device);
    log::error("driver fault in a pushed request", kv("device", device), kv("why", fault));
    co_return refuse(500);
}

std::string Supervisor::claimant(const PushRequest& request) const
{
    std::string found;
    std::string restarting;
    for (const auto& [id, unit] : units_) {
        if (wrong_source(*unit, request)) continue;
        if (!unit->driver) restarting = id;
        if (!unit->driver || !unit->driver->claims(request)) continue;
        if (!found.empty()) {
            push_contested_.add();
            return {};
        }
        found = id;
    }
    return found.empty() ? restarting : found;
}

asio::awaitable<base::Result<std::vector<TestStep>>> Supervisor::self_test(std::string device)
{
    const auto unit = find(device);
    if (!unit) co_return Errc::not_found;
    const auto driver = unit->driver;
    if (!driver) co_return Errc::unavailable;
    std::string fault;
    try {
        co_return co_await driver->self_test();
    } catch (...) {
        fault = fault_or_cancel(std::current_exception());
    }
    log::error("driver fault in a self-test", kv("device", device), kv("why", fault));
    co_return Errc::failed;
}

asio::awaitable<base::Result<std::string>> Supervisor::capture(std::string device, std::chrono::seconds span)
{
    const auto unit = find(device);
    if (!unit) co_return Errc::not_found;
    const auto driver = unit->driver;
    if (!driver) co_return Errc::unavailable;
    std::string fault;
    try {
        co_return co_await driver->capture(span);
    } catch (...) {
        fault = fault_or_cancel(std::current_exception());
    }
    log::error("driver fault in a capture", kv("device", device), kv("why", fault));
    co_return Errc::failed;
}

std::shared_ptr<ListPort> Supervisor::lists(const std::string& device) const
{
    const auto unit = find(device);
    if (!unit || !unit->driver) return nullptr;
    auto* const port = unit->driver->lists();
    if (port == nullptr) return nullptr;
    // The driver goes before the unit whose memory it refers to: members are destroyed backwards.
    const auto kept = std::make_shared<std::pair<UnitPtr, std::shared_ptr<Driver>>>(unit, unit->driver);
    return std::shared_ptr<ListPort>(kept, port);
}

asio::awaitable<base::Result<std::vector<std::string>>>
Supervisor::replay(std::string device, std::string bytes, asio::any_io_executor worker)
{
    const auto unit = find(device);
    if (!unit) co_return Errc::not_found;
    const auto driver = unit->driver;
    if (!driver) co_return Errc::unavailable;
    std::string fault;
    try {
        auto work = replay_on_worker(*driver, std::move(bytes));
        co_return co_await asio::co_spawn(worker, std::move(work), asio::use_awaitable);
    } catch (...) {
        fault = fault_or_cancel(std::current_exception());
    }
    log::error("driver fault in a replay", kv("device", device), kv("why", fault));
    co_return Errc::failed;
}

bool Supervisor::wrong_source(const Unit& unit, const PushRequest& request) const
{
    if (!options_.match_push_source) return false;
    boost::system::error_code no_literal;
    const auto expected = asio::ip::make_address(config::host_of(unit.config.address), no_literal);
    if (no_literal) return false; // a name: not looked up for every request
    boost::system::error_code unreadable;
    auto remote = asio::ip::make_address(request.remote, unreadable);
    if (unreadable) return true;
    if (remote.is_v6() && remote.to_v6().is_v4_mapped())
        remote = asio::ip::make_address_v4(asio::ip::v4_mapped, remote.to_v6());
    return remote != expected;
}

} // namespace gatehouse::device
