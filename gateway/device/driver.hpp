#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/datagram_port.hpp"
#include "gateway/base/message_bus.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/random.hpp"
#include "gateway/config/site.hpp"
#include "gateway/device/list_port.hpp"
#include "gateway/model/event.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::vision {
class Eyes; // vision/link/eyes.hpp
}

namespace gatehouse::device {

// Hands an event to the gateway. Resumes once the event is on disk (or known to be there already), so a
// driver acknowledges its device after this call and never before it. Errors: overloaded and disk_full mean
// "keep it and send it again"; bad_input means it will never be taken.
using EventSink = std::function<asio::awaitable<base::Result<void>>(model::Event)>;

// Told as soon as a live plate or person is known, before its pictures and before it is on disk, so that a
// gate need not wait for either. The same event follows through the sink with the same device_key. Never
// waits, never throws.
using EarlyNotice = std::function<void(const model::Event&)>;

// Told when a device has acknowledged a command, before anybody has seen it move. Never waits, never throws.
using CommandTaken = std::function<void(const std::string& command_id)>;

// Told what a driver has written to its device's own settings, and how that ended: for the audit (pains 9).
// Commands are audited by whoever carries them.
struct DeviceWrite {
    std::string what;   // "httpHosts 2"
    std::string detail; // from what to what; no secrets
    std::string result; // "ok", or why not
};
using WriteNotice = std::function<asio::awaitable<void>(DeviceWrite)>;

// A device's own small durable memory: backfill position, record epoch, what was changed on the device and
// how to undo it. Written values survive kill -9 once put() has resumed.
class Memory {
public:
    virtual ~Memory() = default;
    [[nodiscard]] virtual std::optional<std::string> find(const std::string& key) const = 0;
    virtual asio::awaitable<base::Result<void>> put(std::string key, std::string value) = 0;
};

// One request that a device sent to our listener.
struct PushRequest {
    std::string method;
    std::string target; // path and query
    std::string remote; // address of the peer, without port
    std::string content_type;
    std::string authorization;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{}; // all of them, as they came

    // The first of that name (letter case does not matter), or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

inline std::string_view PushRequest::header(std::string_view name) const
{
    const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto same = [&](char a, char b) { return low(a) == low(b); };
    for (const auto& [key, value] : headers)
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
    return {};
}

struct PushReply {
    unsigned status = 200;
    std::string content_type;
    std::string body;
    std::string www_authenticate; // sent with 401
    std::string date{};           // Date header; empty: none, for some devices set their clock by it
};

struct DriverContext {
    asio::any_io_executor executor;
    base::Clock& clock;
    base::Random& random;
    base::Connector& connector;
    base::Metrics& metrics;
    Memory& memory;
    EventSink sink;
    EarlyNotice early;    // may be empty
    CommandTaken taken{}; // may be empty
    std::chrono::minutes utc_offset{480};
    std::string listener_host; // where devices reach our listener, for listening set-up; may be empty
    std::uint16_t listener_port = 0;
    std::function<bool()> clock_synced{}; // whether our clock is kept by a time service; empty: it is
    WriteNotice written{};                // may be empty
    base::OpenDatagramPort datagrams{};   // may be empty: no device then speaks UDP
    base::OpenMessageBus buses{};         // may be empty: no device then speaks through a broker
    vision::Eyes* eyes = nullptr;         // may be null: nobody then looks at pictures
};

// What a device is and how it does; for status, `device show` and the API. Never holds a secret.
struct DeviceStatus {
    model::LinkState link = model::LinkState::unknown;
    std::string why; // one plain sentence when the link is not up
    std::string model;
    std::string serial;
    std::string firmware;
    std::optional<base::WallTime> last_event;
    std::optional<base::WallTime> last_heard;    // last byte
    std::optional<std::int64_t> clock_offset_ms; // device minus gateway
    bool clock_trusted = true;
    std::map<std::string, std::string> facts; // further facts by name: capabilities, backfill position ...
};

// One finding of `device test`: what was checked, how it came out, and one remedy when it failed.
struct TestStep {
    std::string name;
    bool passed = false;
    std::string detail;
    std::string remedy;
};

// A finding with its remedy, which is left out where all is well.
[[nodiscard]] inline TestStep test_step(std::string name, bool passed, std::string detail, std::string remedy)
{
    if (passed) remedy.clear();
    return {std::move(name), passed, std::move(detail), std::move(remedy)};
}

// One configured device. The supervisor runs it; it talks to the device and reconnects by itself, for ever.
class Driver {
public:
    virtual ~Driver() = default;
    // Ends only by cancellation. An escaped exception makes the supervisor restart the driver within a
    // budget.
    virtual asio::awaitable<void> run() = 0;
    // Carries out one command, or says why not. Never retries. The caller bounds the time by cancelling.
    virtual asio::awaitable<model::Outcome> execute(model::Command command) = 0;
    // A request of the device to /push/{device-id}, or one that it claims. The reply is sent after this
    // resumes.
    virtual asio::awaitable<PushReply> on_push(PushRequest request) = 0;
    // Whether a request that came on a vendor's fixed path, instead of /push/{device-id}, is this device's:
    // by the serial number that it names and where it comes from. Asked for every such request of anybody; it
    // costs little, changes nothing and never throws. on_push() follows when nobody else claims it.
    [[nodiscard]] virtual bool claims(const PushRequest& /*request*/) const { return false; }
    // Read-only checks an installer runs at the gate. Changes nothing on the device.
    virtual asio::awaitable<std::vector<TestStep>> self_test() = 0;
    [[nodiscard]] virtual DeviceStatus status() const = 0;
    // What a recorded conversation would have become, one line a part; touches neither the device nor the
    // sink, nor anything that changes: it runs on a worker beside the driver.
    [[nodiscard]] virtual std::vector<std::string> replay(std::string_view bytes);
    // Records what the device sends for `span`, bounded, without passwords or credentials and with pseudonyms
    // for plates, persons, cards and pictures. Errors: unsupported, busy.
    virtual asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span);
    // The lists that the device keeps itself; null when it keeps none. Lives as long as the driver.
    [[nodiscard]] virtual ListPort* lists() { return nullptr; }
};

inline std::vector<std::string> Driver::replay(std::string_view)
{
    return {"this device language has no replay"};
}

inline asio::awaitable<base::Result<std::string>> Driver::capture(std::chrono::seconds)
{
    co_return base::Errc::unsupported;
}

// Makes the driver of one protocol; a row of the registry (gateway/app/registry.cpp).
using MakeDriver = std::unique_ptr<Driver> (*)(const config::DeviceConfig& device, config::Table table,
                                               DriverContext context);

} // namespace gatehouse::device
