#include "gateway/app/staff_channel.hpp"

#include "gateway/app/end_tasks.hpp"

namespace gatehouse::app {

StaffChannel::StaffChannel(
    config::NotifyConfig config, config::Table table, const NotifyProtocol& protocol,
    notify::ChannelContext context, base::Metrics& metrics, store::Store& store,
    std::function<const std::vector<config::RosterConfig>&()> rosters,
    std::function<void(const std::string& name, bool ok, const std::string& why)> on_health,
    std::function<void(const std::string& name, const std::string& alert, const std::string& whom)>
        on_delivered)
    : clock_(context.clock), channel_(protocol.make(config, std::move(table), context)),
      dispatcher_(config,
                  notify::Dispatcher::Ports{
                      .executor = context.executor,
                      .clock = context.clock,
                      .random = context.random,
                      .metrics = metrics,
                      .store = store,
                      .channel = *channel_,
                      .utc_offset = context.names.utc_offset,
                      .rosters = std::move(rosters),
                      .on_health = [name = config.name, on_health = std::move(on_health)](
                                       bool ok, const std::string& why) { on_health(name, ok, why); },
                      .on_delivered = [name = config.name, on_delivered = std::move(on_delivered)](
                                          const std::string& alert,
                                          const std::string& whom) { on_delivered(name, alert, whom); }}),
      task_(context.executor)
{
}

void StaffChannel::start()
{
    task_.spawn("staff channel " + config().name, dispatcher_.run());
}

asio::awaitable<void> StaffChannel::stop(std::chrono::milliseconds limit)
{
    auto whose = "staff channel " + config().name;
    co_await end_tasks(task_, clock_, limit, std::move(whose));
}

} // namespace gatehouse::app
