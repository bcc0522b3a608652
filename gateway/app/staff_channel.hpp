#pragma once
#include "gateway/app/registry.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/notify/dispatcher.hpp"

#include <memory>

namespace gatehouse::app {

// One configured staff channel: the protocol's part, and the dispatcher that feeds it. Made by the app for
// each [[notify]]; start and stop are the app's.
class StaffChannel {
public:
    StaffChannel(
        config::NotifyConfig config, config::Table table, const NotifyProtocol& protocol,
        notify::ChannelContext context, base::Metrics& metrics, store::Store& store,
        std::function<const std::vector<config::RosterConfig>&()> rosters,
        std::function<void(const std::string& name, bool ok, const std::string& why)> on_health,
        std::function<void(const std::string& name, const std::string& alert, const std::string& whom)>
            on_delivered);

    void start();
    // What is out may be repeated by the next start. Within `limit`, then it is said.
    asio::awaitable<void> stop(std::chrono::milliseconds limit);

    [[nodiscard]] const config::NotifyConfig& config() const { return dispatcher_.config(); }
    [[nodiscard]] const notify::Dispatcher& dispatcher() const { return dispatcher_; }
    [[nodiscard]] notify::Dispatcher& dispatcher() { return dispatcher_; }

private:
    base::Clock& clock_;
    std::unique_ptr<notify::Channel> channel_;
    notify::Dispatcher dispatcher_;
    base::TaskGroup task_;
};

} // namespace gatehouse::app
