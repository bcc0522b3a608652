#include "gateway/app/outlet.hpp"

#include "gateway/app/end_tasks.hpp"
#include "gateway/base/log.hpp"

#include <stdexcept>

namespace gatehouse::app {
namespace {

using base::kv;
namespace log = base::log;

constexpr std::size_t reasons_max = 16;

} // namespace

Outlet::Outlet(config::UpstreamConfig config, config::Table table, const UpstreamProtocol& protocol,
               Surroundings surroundings)
    : config_(std::move(config)), table_(std::move(table)), protocol_(protocol),
      surroundings_(std::move(surroundings)), sink_task_(surroundings_.executor),
      dispatcher_task_(surroundings_.executor)
{
}

upstream::SinkContext Outlet::context()
{
    return upstream::SinkContext{
        .executor = surroundings_.executor,
        .clock = surroundings_.clock,
        .random = surroundings_.random,
        .metrics = surroundings_.metrics,
        .memory = *memory_,
        .names = surroundings_.names,
        .boot_id = surroundings_.boot_id,
        .on_command = surroundings_.on_command,
        .presence = surroundings_.presence,
        .clock_synced = surroundings_.clock_synced,
        .on_link = [this](bool up, std::string why) { link_changed(up, std::move(why)); },
        .on_refused = surroundings_.on_refused,
        .on_notice = surroundings_.on_notice,
    };
}

asio::awaitable<void> Outlet::start()
{
    auto memory = co_await device::StoreMemory::load(surroundings_.store, "upstream/" + config_.name);
    if (!memory) throw std::runtime_error("the store cannot be read: " + memory.error().message());
    memory_ = std::move(*memory);
    sink_ = protocol_.make(config_, table_, context());
    const upstream::Dispatcher::Ports ports{
        .executor = surroundings_.executor,
        .clock = surroundings_.clock,
        .random = surroundings_.random,
        .metrics = surroundings_.metrics,
        .store = surroundings_.store,
        .ids = surroundings_.ids,
        .sink = *sink_,
        .on_refusal = [this](const std::string& why) { refusal_changed(why); }};
    dispatcher_ = std::make_unique<upstream::Dispatcher>(config_.name, ports);
    sink_task_.spawn("upstream " + config_.name, sink_->run());
    dispatcher_task_.spawn("dispatcher " + config_.name, dispatcher_->run());
}

asio::awaitable<void> Outlet::stop(std::chrono::milliseconds limit)
{
    for (auto* tasks : {&dispatcher_task_, &sink_task_})
        co_await end_tasks(*tasks, surroundings_.clock, limit, "upstream " + config_.name);
}

void Outlet::link_changed(bool up, std::string why)
{
    linked_ = up;
    why_ = std::move(why);
    if (dispatcher_) dispatcher_->link_changed();
    tell();
}

void Outlet::refusal_changed(const std::string& why)
{
    refusal_ = why.empty() ? why : "it refuses what we send: " + why;
    tell();
}

// A new reason is news too: "another client uses this client id" must not hide behind "connection lost".
// Reasons that come and go while the link is down are told once each.
void Outlet::tell()
{
    const bool changed = told_up_ != up();
    if (changed) told_.clear();
    const bool fresh = !up() && told_.size() < reasons_max && told_.insert(why()).second;
    if (!changed && !fresh) return;
    told_up_ = up();
    if (up())
        log::info("upstream connected", kv("upstream", config_.name));
    else
        log::warn("upstream lost", kv("upstream", config_.name), kv("why", why()));
    surroundings_.on_link(config_.name, up(), why());
}

} // namespace gatehouse::app
