#pragma once
#include "gateway/app/registry.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/device/store_memory.hpp"
#include "gateway/store/store.hpp"
#include "gateway/upstream/dispatcher.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace gatehouse::app {

// One configured upstream: its sink, the dispatcher that feeds it, and the state of its link. Made by the app
// for each
// [[upstream]]; start and stop are the app's.
class Outlet {
public:
    // What every upstream shares.
    struct Surroundings {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::Metrics& metrics;
        store::Store& store;
        model::Names names;
        std::string boot_id;
        upstream::Presence presence;
        upstream::CommandHandler on_command;
        std::function<void(const model::Command&, const model::Outcome&)> on_refused;
        std::function<bool()> clock_synced;
        model::UlidSource& ids;
        // Called when the link changed, or its reason did: journal it.
        std::function<void(const std::string& upstream, bool up, const std::string& why)> on_link;
        std::function<void(model::SystemNotice)> on_notice;
    };

    Outlet(config::UpstreamConfig config, config::Table table, const UpstreamProtocol& protocol,
           Surroundings surroundings);

    // Loads the sink's memory and runs sink and dispatcher.
    asio::awaitable<void> start();
    // The dispatcher finishes its window, then the sink says goodbye; both within `limit`, then they are
    // given up.
    asio::awaitable<void> stop(std::chrono::milliseconds limit);

    [[nodiscard]] const config::UpstreamConfig& config() const { return config_; }
    [[nodiscard]] upstream::Dispatcher& dispatcher() { return *dispatcher_; }
    [[nodiscard]] upstream::Sink& sink() { return *sink_; }
    // Connected, and the peer takes what we send.
    [[nodiscard]] bool up() const { return linked_ && refusal_.empty(); }
    [[nodiscard]] const std::string& why() const { return linked_ ? refusal_ : why_; }

private:
    [[nodiscard]] upstream::SinkContext context();
    void link_changed(bool up, std::string why);
    void refusal_changed(const std::string& why);
    void tell();

    config::UpstreamConfig config_;
    config::Table table_;
    const UpstreamProtocol& protocol_;
    Surroundings surroundings_;
    std::unique_ptr<device::StoreMemory> memory_;
    std::unique_ptr<upstream::Sink> sink_;
    std::unique_ptr<upstream::Dispatcher> dispatcher_;
    base::TaskGroup sink_task_;
    base::TaskGroup dispatcher_task_;
    bool linked_ = false;
    std::string why_ = "not connected yet";
    std::string refusal_;         // why the peer takes nothing although it is there
    std::optional<bool> told_up_; // the state that was told last
    std::set<std::string> told_;  // and the reasons since it went down, each of them once; bounded
};

} // namespace gatehouse::app
