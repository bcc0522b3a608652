#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/config/site.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace gatehouse::fire {

// What is known of a fire. Written down, so that a restart ends none.
struct Fire {
    std::string id; // ULID; empty: nothing burns
    base::WallTime since{};
    std::string input; // which one told it: "board-1/3"
};

// Opens and holds the configured barriers and doors as soon as a fire input is on, and lets nothing close
// until a named person says that it is over: an input that goes off, is lost or is no longer configured ends
// nothing. Everything goes through the command room, each order under an id of its own and never twice.
// Intake tells it of inputs, the command room asks it, the API clears it. io thread only.
class FireWatch {
public:
    using Run = std::function<asio::awaitable<model::Outcome>(model::Command)>;
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        model::UlidSource& ids; // the gateway's
        base::Metrics& metrics;
        store::Store& store;
        std::function<const config::FireConfig&()> config; // that of now
        Run run;                                           // the command room's
        Run run_unrecorded; // for what the store does not take: a full disk keeps nothing shut
        std::function<bool(const std::string& device)> reachable;
        std::function<bool()> clock_synced; // empty: always
    };
    // A barrier or door: device and number there.
    using Output = std::pair<std::string, int>;

    explicit FireWatch(Ports ports);

    // Reads whether it burns. Called once, before anything is asked. Errors: those of the store.
    asio::awaitable<base::Result<void>> load();
    // Opens what is configured and not open yet, if it burns: after the start of devices, and after a reload.
    void resume();
    asio::awaitable<void> stop();

    // Every live event that a device has told, before it is on disk.
    void notice(const model::Event& event);
    // Whether the order may be carried out now. While it burns nothing closes, and what is held open is
    // opened only in a way that keeps it held: the command is changed to that.
    [[nodiscard]] bool permits(model::Command& command) const;
    // Ends the fire in the person's name, and gives doors back to their readers; barriers stay up until
    // somebody who sees them lowers them. Errors: bad_input (no name or no reason), not_found (nothing
    // burns), conflict (an input is still on), and those of the store: then it goes on burning.
    asio::awaitable<base::Result<void>> clear(std::string operator_name, std::string reason);

    [[nodiscard]] bool burning() const { return !fire_.id.empty(); }
    [[nodiscard]] const Fire& fire() const { return fire_; }
    // What has become of each output: held | open | waiting | "failed: why" | "unknown: why".
    [[nodiscard]] const std::map<Output, std::string>& outputs() const { return outputs_; }

private:
    struct Opening {
        Output output;
        bool door = false;
    };
    [[nodiscard]] std::string watched_input(const model::Event& event) const;
    [[nodiscard]] bool told_before_clear(const model::Event& event) const;
    void begin(std::string input);
    asio::awaitable<void> note(Fire fire);
    asio::awaitable<void> open(std::string fire, Opening opening);
    asio::awaitable<void> wait_to_try_again(std::string fire, std::string device, int attempt);
    asio::awaitable<void> release(std::string fire, Output door, std::string operator_name,
                                  std::string reason);
    [[nodiscard]] model::Command order(std::string id, model::Action action, const Output& output) const;
    [[nodiscard]] store::Change change_of(const Fire& fire, std::string_view step,
                                          model::SystemNotice notice);
    [[nodiscard]] bool burns(const std::string& fire) const { return fire_.id == fire; }

    Ports ports_;
    Fire fire_;
    base::WallTime cleared_at_{};
    std::set<std::string> on_;              // inputs that are on, as far as this process has heard
    std::map<Output, std::string> outputs_; // bounded by the configuration
    std::set<Output> under_way_;            // orders of open() that have not ended
    base::Gauge& burning_gauge_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fire
