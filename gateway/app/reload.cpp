#include "gateway/app/check.hpp"
#include "gateway/app/config_effects.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

using base::kv;
namespace log = base::log;

} // namespace

asio::awaitable<api::ReloadOutcome> Parts::reload()
{
    auto answer = std::make_shared<std::optional<api::ReloadOutcome>>();
    reloads.spawn("reload", take_turn_to_reload(answer));
    while (!*answer)
        co_await reload_ended.wait();
    co_return std::move(**answer);
}

// One after the other, each to its end also when whoever asked is gone: half a reload would leave devices
// stopped.
asio::awaitable<void> Parts::take_turn_to_reload(std::shared_ptr<std::optional<api::ReloadOutcome>> answer)
{
    while (reloading)
        co_await reload_ended.wait();
    reloading = true;
    api::ReloadOutcome outcome;
    try {
        outcome = co_await reload_from_file();
    } catch (const std::exception& failure) {
        // Whoever waits must have an answer; the gateway goes on with what it has.
        log::error("the reload broke off", kv("why", failure.what()));
        outcome.issues.push_back(std::string("the reload broke off: ") + failure.what());
    }
    *answer = std::move(outcome);
    reloading = false;
    reload_ended.notify();
}

asio::awaitable<api::ReloadOutcome> Parts::reload_from_file()
{
    api::ReloadOutcome outcome;
    config::Issues issues;
    auto wanted = load_config_to_run(site.file, issues, ports.registry);
    for (const auto& issue : issues)
        outcome.issues.push_back(config::to_string(issue));
    if (config::has_errors(issues)) {
        for (const auto& issue : outcome.issues)
            log::error(issue);
        log::error("configuration not reloaded: it has errors", kv("file", site.file));
        auto refused = own_record("config-change", config_digest());
        refused.result = "refused: it has errors";
        co_await record_beside(std::move(refused));
        co_return outcome;
    }
    for (auto& sentence : fixed_differences(site, wanted)) {
        log::warn(sentence);
        outcome.issues.push_back(std::move(sentence));
    }
    auto change = own_record("config-change", config_digest());
    use(std::move(wanted));
    co_await record_beside(std::move(change));
    co_await supervisor->apply(site.devices, site.device_tables);
    fire->resume();
    co_await stop_unwanted_upstreams();
    co_await start_missing_upstreams(outcome);
    co_await change_channels();
    log::info("configuration reloaded", kv("file", site.file));
    outcome.applied = true;
    co_return outcome;
}

// Takes over what may change while running.
void Parts::use(config::SiteConfig wanted)
{
    wanted.site_id = site.site_id;
    wanted.gateway_id = site.gateway_id;
    wanted.data_dir = site.data_dir;
    wanted.control_socket = site.control_socket;
    wanted.utc_offset = site.utc_offset;
    wanted.api = site.api;
    wanted.api_tls = site.api_tls;
    wanted.api_names = site.api_names;
    wanted.listener = site.listener;
    const bool check_plates = wanted.vision.check_plates;
    wanted.vision = site.vision;
    wanted.vision.check_plates = check_plates;
    site = std::move(wanted);
    auto level = log::Level::info;
    if (log::parse_level(site.log_level, level)) log::set_level(level);
    intake->use_lanes(site.lanes);
    lists->use(site);
    accounts->use(site.api_sessions);
    passages->use_lanes(site.lanes);
    lane_board->use_lanes(site.lanes);
    alerts->reload(make_rules());
    alerts->use(site);
    // Before a new upstream starts: nothing that it has not had may go from here on.
    store->use_retention(site.retention, readers());
}

asio::awaitable<void> Parts::stop_unwanted_upstreams()
{
    const auto wanted = [this](const Outlet& outlet) {
        return std::any_of(site.upstreams.begin(), site.upstreams.end(),
                           [&](const config::UpstreamConfig& upstream) {
                               return upstream.name == outlet.config().name &&
                                      upstream.fingerprint == outlet.config().fingerprint;
                           });
    };
    const auto running = outlets;
    for (const auto& outlet : running) {
        if (wanted(*outlet)) continue;
        // Off the list first: nobody may find it while it stops.
        std::erase(outlets, outlet);
        co_await outlet->stop(outlet_limit);
        note_gone(outlet->config().name);
    }
}

// What is no longer configured cannot be down: its alert must not stay open for ever.
void Parts::note_gone(const std::string& upstream)
{
    const auto is_it = [&](const config::UpstreamConfig& candidate) { return candidate.name == upstream; };
    if (std::any_of(site.upstreams.begin(), site.upstreams.end(), is_it)) return;
    model::SystemNotice notice;
    notice.what = "upstream";
    notice.detail = upstream + ": no longer configured";
    emit(std::move(notice));
}

// What cannot start is said and tried again by the next reload; the gateway goes on without it.
asio::awaitable<void> Parts::start_missing_upstreams(api::ReloadOutcome& outcome)
{
    for (const auto& upstream : site.upstreams) {
        if (outlet(upstream.name) != nullptr) continue;
        try {
            co_await start_upstream(upstream);
        } catch (const std::exception& failure) {
            log::error("upstream cannot start", kv("upstream", upstream.name), kv("why", failure.what()));
            outcome.issues.push_back("upstream " + upstream.name + " cannot start: " + failure.what());
        }
    }
}

// A channel that has stopped gets another chance with every reload: what was wrong may have been put right at
// the other end.
asio::awaitable<void> Parts::change_channels()
{
    const auto wanted = [this](const StaffChannel& channel) {
        return std::any_of(site.notifies.begin(), site.notifies.end(),
                           [&](const config::NotifyConfig& notify) {
                               return notify.name == channel.config().name &&
                                      notify.fingerprint == channel.config().fingerprint;
                           });
    };
    const auto running = channels;
    for (const auto& channel : running) {
        if (wanted(*channel) && !channel->dispatcher().stopped()) continue;
        std::erase(channels, channel);
        co_await channel->stop(outlet_limit);
        // What is new or gone cannot have failed: its alert must not stay open for ever.
        if (!channel->dispatcher().complaint().empty())
            note_channel(channel->config().name, true, "begins anew");
    }
    for (const auto& notify : site.notifies)
        if (channel(notify.name) == nullptr) start_channel(notify);
}

} // namespace gatehouse::app
