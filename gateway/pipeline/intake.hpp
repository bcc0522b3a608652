#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/pipeline/decision_memo.hpp"
#include "gateway/pipeline/lane_map.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::pipeline {

// Whether to open the lane for what was just read. Must answer from memory and must not throw.
using Decide = std::function<model::Decision(const config::LaneConfig&, const model::Event&)>;
// Opens the lane's barrier: starts the command and returns at once, must not throw. `sent` is to be called,
// on the io thread and while the intake lives, when the device has taken the command; it need not be called.
using OpenGate = std::function<void(const config::LaneConfig&, const model::Event&, const model::Decision&,
                                    std::function<void()> sent)>;

// Somebody was let in by this record, here or by the device: called once for each, at once, must not throw.
using Passed = std::function<void(const config::LaneConfig&, const model::Event&)>;

struct IntakePorts {
    asio::any_io_executor executor;
    store::Store& store;
    base::Clock& clock;
    model::UlidSource& ids;
    base::Metrics& metrics;
    Decide decide;                                                // access
    OpenGate open;                                                // command
    std::function<std::string(std::string_view)> canonical_plate; // access; empty: plates stay as they are
    std::function<bool()> clock_synced; // empty: our clock is taken to be synchronised
    // Told of every event of a device as soon as it is stamped, before it is on disk. Must not throw; may be
    // empty.
    std::function<void(const model::Event&)> seen{};
    Passed passed{}; // access; may be empty
};

// Where every event enters: stamps it, names its lane, has it decided, opens the gate at once, then journals
// it. A gate waits neither for disk nor for upstream, and no record opens twice. Called by every driver
// through its sink and by whoever has something to say for the gateway. io thread only.
class Intake {
public:
    Intake(IntakePorts ports, std::vector<config::LaneConfig> lanes);

    // Before any device starts, when the process before this one ended without a stop: a device may send
    // again what that one opened a gate for and never acknowledged.
    void expect_repeats();
    // After a reload of the configuration.
    void use_lanes(std::vector<config::LaneConfig> lanes);

    // The two ends a driver gets. Both must not outlive the intake.
    [[nodiscard]] device::EventSink sink_for(std::string device);
    [[nodiscard]] device::EarlyNotice early_for(std::string device);

    // Resumes once the event is on disk, or known to be there. Errors: those of the store, unchanged
    // (overloaded and disk_full: the driver keeps the event and sends it again); bad_input for a record key
    // of more than 512 bytes.
    asio::awaitable<base::Result<void>> accept(std::string device, model::Event event);
    // A live read that will follow through accept() with the same device_key; without a key nothing happens.
    void announce(const std::string& device, const model::Event& event);
    // Something the gateway noticed itself, now. `device`: whom it is about, "gateway" for itself.
    asio::awaitable<base::Result<void>> emit(model::Body body, std::string device = "gateway");
    // All of it in one transaction with `beside`, or nothing.
    asio::awaitable<base::Result<void>> emit_together(std::vector<model::Body> bodies, store::Change beside);

private:
    void stamp(const std::string& device, model::Event& event) const;
    void judge(model::Event& event);
    void judge_there(const config::LaneConfig* lane, model::Event& event) const;
    void judge_here(const config::LaneConfig& lane, model::Event& event);
    [[nodiscard]] std::optional<model::Decision> too_late(const config::LaneConfig& lane,
                                                          const model::Event& event) const;
    void open(const config::LaneConfig& lane, const model::Event& event, const model::Decision& decision);
    void note_sent(const std::string& device, const std::string& device_key, base::MonoTime handed_over,
                   std::int64_t before_ms);
    asio::awaitable<void> await_latency(std::string device, std::string device_key,
                                        model::Decision& decision);
    asio::awaitable<base::Result<void>> latency_known(std::string device, std::string device_key);
    asio::awaitable<base::Result<void>> journal(store::Change change);
    base::Counter& journalled(const std::string& type);
    base::Counter& counter(std::string_view name, std::string_view help, std::string_view label,
                           std::string value);

    IntakePorts ports_;
    std::unique_ptr<LaneMap> lanes_;
    DecisionMemo memo_;
    std::map<std::string, base::Counter*> journalled_; // by type
    base::Wakeup sent_;                                // a gate's command was taken
    base::WallTime started_;
    base::MonoTime proof_until_{}; // until then a read must show that it happened after the start
};

} // namespace gatehouse::pipeline
